//! The operations' table entries: request, answer chunks, return of control.

use aws_smithy_types::base64;

use super::{tool_invocation, trace};
use crate::decode::operation::agent_runtime::documents::read_location;
use crate::decode::operation::agent_runtime::guardrail::record_guardrail;
use crate::decode::operation::agent_runtime::knowledge_base::record_knowledge_base;
use crate::decode::operation::agent_runtime::text::push_user_text;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::decode::operation::table_operation::EventTable;
use crate::record::json::Json;
use crate::record::{Call, Citation, Media, Part, Tool, base64_len, copy_text};
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{AGENT_ALIAS_ID, AGENT_ID, AGENT_MEMORY_ID, AGENT_NAME, CONVERSATION_ID};

pub(in crate::decode::operation::agent_runtime) static OPERATIONS: Table = operations! {
    agent_runtime;
    invoke_agent(InvokeAgentInput, InvokeAgentError)
        [
            AGENT_ID = agent_id,
            AGENT_ALIAS_ID = agent_alias_id,
            CONVERSATION_ID = session_id,
            AGENT_MEMORY_ID = memory_id,
        ]
        |_input, call| { set_span_name(INVOKE_AGENT, None, call) }
        .name_operation(INVOKE_AGENT)
        .record_request_members(&[(AGENT_MEMORY_ID, "memoryId")])
        .read_request_with(read_request)
        .read_response_events(EVENTS)
        .always_read(&["trace"]);
    invoke_inline_agent(InvokeInlineAgentInput, InvokeInlineAgentError)
        [CONVERSATION_ID = session_id, AGENT_NAME = agent_name]
        |input, call| {
            set_span_name(INVOKE_AGENT, input.agent_name.as_deref(), call);
            call.model.clone_from(&input.foundation_model);
            if let Some(guardrail) = &input.guardrail_configuration {
                let id = &guardrail.guardrail_identifier;
                record_guardrail(id, &guardrail.guardrail_version, call);
            }
        }
        .name_operation(INVOKE_AGENT)
        .record_request_members(&[(AGENT_NAME, "agentName")])
        .read_request_with(|body, call| {
            if let Some(guardrail) = body.get("guardrailConfiguration") {
                call.guardrail.id = guardrail.get_id("guardrailIdentifier");
                call.guardrail.version = guardrail.get_id("guardrailVersion");
            }
            read_request(body, call);
        })
        .read_response_events(EVENTS)
        .always_read(&["trace"]);
};

pub(super) const EVENTS: EventTable = &[
    ("chunk", read_chunk),
    ("trace", trace::read_trace),
    ("returnControl", read_return_control),
    ("files", read_files),
];

fn read_request(body: &Json<'_>, call: &mut Call) {
    let base = body.get_array("knowledgeBases").first();
    record_knowledge_base(base.and_then(|base| base.get_str("knowledgeBaseId")), call);
    let cap = call.cap();
    if cap.is_none() {
        return;
    }
    let instruction = body.get_str("instruction");
    let instruction = instruction.and_then(|text| copy_text(cap, text));
    call.system.extend(instruction.map(Part::text));
    push_user_text(body.get_str("inputText"), call);
    for group in body.get_array("actionGroups") {
        call.tools.extend(read_tools(group, cap));
    }
}

/// Reads the functions of an action group. A group with an API schema is one
/// tool.
fn read_tools(group: &Json<'_>, cap: Option<usize>) -> Vec<Tool> {
    let functions = group.get_path(&["functionSchema", "functions"]);
    let functions = functions.map_or(&[][..], Json::as_slice);
    let (name_key, tools) = match functions {
        [] => ("actionGroupName", std::slice::from_ref(group)),
        functions => ("name", functions),
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
            ..Tool::function(tool.get_str(name_key)?)
        })
    });
    tools.collect()
}

/// Reads a piece of the answer and its citations.
fn read_chunk(event: &Json<'_>, call: &mut Call) {
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
        let source = read_location(reference);
        let source = source.and_then(|source| copy_text(cap, &source));
        let citation = Citation {
            title: None,
            source,
        };
        choice.push_citation(cap, 0, citation);
    }
}

/// Reads the tool calls that the caller has to run.
fn read_return_control(event: &Json<'_>, call: &mut Call) {
    let (id, cap) = (event.get_id("invocationId"), call.cap());
    let Some((choice, cap)) = call.assistant_choice().zip(cap) else {
        return;
    };
    for (index, input) in (1..).zip(event.get_array("invocationInputs")) {
        let kinds = ["functionInvocationInput", "apiInvocationInput"];
        let Some(invocation) = kinds.iter().find_map(|kind| input.get(kind)) else {
            continue;
        };
        let name = tool_invocation::read_tool_name(invocation);
        let part = Part::ToolCall {
            id: id.clone(),
            name: name.unwrap_or_default().to_owned(),
            arguments: tool_invocation::read_arguments(invocation, cap),
        };
        choice.start_block(index, part);
    }
}

/// Reads the type and size of files that the agent produced.
fn read_files(event: &Json<'_>, call: &mut Call) {
    if call.cap().is_none() {
        return;
    }
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    for file in event.get_array("files") {
        let mime_type = file.get_string("type").map(Into::into);
        let bytes = file.get_str("bytes").map(base64_len);
        choice.push_part(Part::Media(Media::new("document", mime_type, bytes, None)));
    }
}
