//! Cohere Command R and R+: a message, and the conversation before it.

use super::{Family, parameters, prompt};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Citation, Message, Part, Tool, Usage, copy_text};
use crate::semconv::operation::CHAT;

mod stream;

#[derive(Debug)]
pub(super) struct CohereChat;

impl Family for CohereChat {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere")
            && model.name().is_some_and(|name| {
                let mut known = NAMES.iter();
                known.any(|known| name.starts_with(known))
            })
    }

    fn request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        if body.get_str("message").is_none() {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read(body, &mut call.request);
        call.request.output_type = parameters::output_type(body.get("response_format"));
        if let Some(cap) = call.cap() {
            let preamble = body
                .get_str("preamble")
                .map(|text| TruncatedText::copy(cap, text));
            call.system = preamble.map(Part::text).into_iter().collect();
            let history = body.get_array("chat_history").iter();
            call.input = history.map(|it| message(it, cap)).collect();
            call.input.push(current(body, cap));
            let tools = body.get_array("tools").iter();
            call.tools = tools.filter_map(|it| tool(it, cap)).collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let own = ["chat_history", "generation_id", "response_id"];
        let shaped =
            own.iter().any(|key| body.contains_key(key)) || body.contains_key("finish_reason");
        if body.get_str("text").is_none() || !shaped || body.contains_key("is_finished") {
            return false;
        }
        prompt::answer(call, 0, body.get_str("text"), body.get_str("finish_reason"));
        end(body, call);
        cited(body, call);
        called(body, call);
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::event(chunk, call)
    }
}

/// What an answer tells apart from its content.
fn end(answer: &Json<'_>, call: &mut Call) {
    let id = answer
        .get_id("response_id")
        .or_else(|| answer.get_id("generation_id"));
    call.response.id = id.or(call.response.id.take());
    let meta = answer.get("meta");
    let counts = meta.and_then(|meta| meta.get("billed_units").or_else(|| meta.get("tokens")));
    if let Some(counts) = counts {
        call.usage.update(&Usage {
            input: counts.get_count("input_tokens"),
            output: counts.get_count("output_tokens"),
            ..Usage::default()
        });
    }
}

/// The documents that the text rests on.
fn cited(answer: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for citation in answer.get_array("citations") {
        for document in citation
            .get_array("document_ids")
            .iter()
            .filter_map(Json::as_str)
        {
            let cited = Citation {
                title: None,
                source: Some(TruncatedText::copy(cap, document)),
            };
            choice.push_citation(Some(cap), 0, cited);
        }
    }
}

/// The tools that the model calls. Its calls have no ids.
fn called(answer: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for (position, one) in (FIRST_CALL..).zip(answer.get_array("tool_calls")) {
        choice.start_block(position, tool_call(one, cap));
    }
}

fn tool_call(call: &Json<'_>, cap: usize) -> Part {
    let arguments = call.get("parameters");
    Part::ToolCall {
        id: call.get_id("id"),
        name: call.get_string("name").unwrap_or_default(),
        arguments: arguments
            .map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap)),
    }
}

/// One message of the conversation before.
fn message(turn: &Json<'_>, cap: usize) -> Message {
    let role = turn.get_str("role").unwrap_or_default();
    let known = ROLES.iter().find(|(name, _)| *name == role);
    let text = turn.get_str("message").filter(|text| !text.is_empty());
    let text = text.map(|text| Part::text(TruncatedText::copy(cap, text)));
    let calls = turn.get_array("tool_calls").iter();
    let calls = calls.map(|call| tool_call(call, cap));
    let results = turn.get_array("tool_results").iter();
    let results = results.map(|result| tool_result(result, cap));
    let parts = text.into_iter().chain(calls).chain(results).collect();
    match known {
        Some((_, role)) => Message::new(*role, parts),
        None => Message::new(role.to_ascii_lowercase(), parts),
    }
}

/// The message that the request is about, with what it brings: results of
/// tools, and documents to answer from.
fn current(body: &Json<'_>, cap: usize) -> Message {
    let text = body.get_str("message").filter(|text| !text.is_empty());
    let text = text.and_then(|text| Some(Part::text(copy_text(Some(cap), text)?)));
    let results = body.get_array("tool_results").iter();
    let results = results.map(|result| tool_result(result, cap));
    let documents = body
        .get_array("documents")
        .iter()
        .map(|document| Part::Other {
            kind: "document",
            name: document
                .get_id("id")
                .or_else(|| document.get_string("title")),
            text: Some(document.to_truncated_text(cap)),
        });
    let parts = text.into_iter().chain(results).chain(documents);
    Message::new("user", parts.collect())
}

fn tool_result(result: &Json<'_>, cap: usize) -> Part {
    let outputs = result.get("outputs");
    Part::ToolResult {
        id: result.get("call").and_then(|call| call.get_id("id")),
        response: outputs.map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap)),
        json: true,
        failed: false,
    }
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let mut read = Tool::function(tool.get_str("name")?);
    read.description = tool
        .get_str("description")
        .map(|text| TruncatedText::copy(cap, text));
    let parameters = tool.get("parameter_definitions");
    read.parameters = parameters.map(|schema| schema.to_truncated_text(cap));
    Some(read)
}

/// Tool calls come after the text, which is block 0.
const FIRST_CALL: i64 = 1;

const NAMES: &[&str] = &["command-a", "command-r"];

const ROLES: &[(&str, &str)] = &[
    ("CHATBOT", "assistant"),
    ("SYSTEM", "system"),
    ("TOOL", "tool"),
    ("USER", "user"),
];
