//! InvokeAgent and InvokeInlineAgent: the question, the answer in pieces, and
//! the agent's own trace, which becomes a tree of steps.

use aws_sdk_bedrockagentruntime::operation::invoke_agent::{InvokeAgentError, InvokeAgentInput};
use aws_sdk_bedrockagentruntime::operation::invoke_inline_agent::{
    InvokeInlineAgentError, InvokeInlineAgentInput,
};
use aws_smithy_types::base64;

use super::{SERVICE, documents};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Citation, Media, Message, Part, Tool, copy_text};
use crate::semconv::operation::INVOKE_AGENT as OPERATION;
use crate::semconv::{
    AGENT_ALIAS_ID, AGENT_ID, AGENT_MEMORY_ID, AGENT_NAME, CONVERSATION_ID, DATA_SOURCE_ID,
    KNOWLEDGE_BASE_ID,
};

mod model;
mod step;
#[cfg(test)]
mod tests;
mod tool;
pub(super) mod trace;
mod tree;

pub(super) static INVOKE_AGENT: Typed<InvokeAgentInput, InvokeAgentError> =
    Typed::new(SERVICE, "InvokeAgent")
        .named(OPERATION)
        .ids(|input: &InvokeAgentInput, call| {
            call.span_name = Some(OPERATION.into());
            call.extra_attributes
                .insert_text(AGENT_ID, input.agent_id.as_deref());
            let alias = input.agent_alias_id.as_deref();
            call.extra_attributes.insert_text(AGENT_ALIAS_ID, alias);
            let session = input.session_id.as_deref();
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
            call.extra_attributes
                .insert_text(AGENT_MEMORY_ID, input.memory_id.as_deref());
        })
        .sent(asked)
        .event(event);

pub(super) static INVOKE_INLINE_AGENT: Typed<InvokeInlineAgentInput, InvokeInlineAgentError> =
    Typed::new(SERVICE, "InvokeInlineAgent")
        .named(OPERATION)
        .ids(|input: &InvokeInlineAgentInput, call| {
            call.span_name = Some(match input.agent_name.as_deref() {
                Some(name) => format!("{OPERATION} {name}").into(),
                None => OPERATION.into(),
            });
            call.model.clone_from(&input.foundation_model);
            call.extra_attributes
                .insert_text(AGENT_NAME, input.agent_name.as_deref());
            let session = input.session_id.as_deref();
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
            if let Some(guardrail) = &input.guardrail_configuration {
                call.guardrail.id = Some(guardrail.guardrail_identifier.clone());
                call.guardrail.version = Some(guardrail.guardrail_version.clone());
            }
        })
        .sent(asked)
        .event(event);

/// What both requests hold.
fn asked(body: &Json<'_>, call: &mut Call) {
    let bases = body.get_array("knowledgeBases").first();
    let base = bases.and_then(|base| base.get_str("knowledgeBaseId"));
    call.extra_attributes.insert_text(KNOWLEDGE_BASE_ID, base);
    call.extra_attributes.insert_text(DATA_SOURCE_ID, base);
    let cap = call.cap();
    if cap.is_none() {
        return;
    }
    let text = |key| Some(Part::text(copy_text(cap, body.get_str(key)?)?));
    call.system.extend(text("instruction"));
    call.input
        .extend(text("inputText").map(|part| Message::new("user", vec![part])));
    for group in body.get_array("actionGroups") {
        call.tools.extend(tools(group, cap));
    }
}

/// The functions of an action group; of one that has an API, the group.
fn tools(group: &Json<'_>, cap: Option<usize>) -> Vec<Tool> {
    let functions = group.get_path(&["functionSchema", "functions"]);
    let functions = functions.map_or(&[][..], Json::as_slice);
    let alone = std::slice::from_ref(group);
    let (key, tools) = match functions {
        [] => ("actionGroupName", alone),
        some => ("name", some),
    };
    let tools = tools.iter().filter_map(|tool| {
        let parameters = tool.get("parameters");
        Some(Tool {
            description: tool
                .get_str("description")
                .and_then(|it| copy_text(cap, it)),
            parameters: parameters
                .zip(cap)
                .map(|(schema, cap)| schema.to_truncated_text(cap)),
            ..Tool::function(tool.get_str(key)?)
        })
    });
    tools.collect()
}

fn event(name: &str, event: &Json<'_>, call: &mut Call) {
    if let Some((_, read)) = EVENTS.iter().find(|(known, _)| *known == name) {
        read(event, call);
    }
}

type Read = fn(&Json<'_>, &mut Call);

static EVENTS: &[(&str, Read)] = &[
    ("chunk", chunk),
    ("trace", trace::read),
    ("returnControl", return_control),
    ("files", files),
];

/// A piece of the answer, and where the agent found what it says.
fn chunk(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    let bytes = event.get_str("bytes").map(base64::decode);
    if let Some(Ok(bytes)) = bytes {
        choice.push_text(cap, 0, &String::from_utf8_lossy(&bytes));
    }
    let citations = event.get_path(&["attribution", "citations"]);
    let citations = citations.map_or(&[][..], Json::as_slice).iter();
    for reference in citations.flat_map(|citation| citation.get_array("retrievedReferences")) {
        let source = documents::address(reference);
        let source = source.and_then(|source| copy_text(cap, &source));
        let cited = Citation {
            title: None,
            source,
        };
        choice.push_citation(cap, 0, cited);
    }
}

/// The agent asks the caller to run its tools.
fn return_control(event: &Json<'_>, call: &mut Call) {
    let (id, cap) = (event.get_id("invocationId"), call.cap());
    let Some((choice, cap)) = call.assistant_choice().zip(cap) else {
        return;
    };
    for (index, input) in (1..).zip(event.get_array("invocationInputs")) {
        let kinds = ["functionInvocationInput", "apiInvocationInput"];
        let Some(run) = kinds.iter().find_map(|kind| input.get(kind)) else {
            continue;
        };
        let part = Part::ToolCall {
            id: id.clone(),
            name: tool::name(run).unwrap_or_default().to_owned(),
            arguments: tool::arguments(run, cap),
        };
        choice.start_block(index, part);
    }
}

/// Files that the agent made: what they are, and how large.
fn files(event: &Json<'_>, call: &mut Call) {
    if call.cap().is_none() {
        return;
    }
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    for file in event.get_array("files") {
        let mime_type = file.get_string("type").map(Into::into);
        let bytes = file.get_str("bytes").map(crate::record::base64_len);
        choice.push_part(Part::Media(Media::new("document", mime_type, bytes, None)));
    }
}
