//! Messages, tool calls and tool definitions.

use crate::decode::payload::tool_definition;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Message, Part, Tool, copy_text};

pub(super) fn read_tool_call(call: &Json<'_>, cap: usize) -> Part {
    let arguments = call.get("parameters");
    Part::ToolCall {
        id: call.get_id("id"),
        name: call.get_string("name").unwrap_or_default(),
        arguments: arguments
            .map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap)),
    }
}

/// A message of the chat history.
pub(super) fn read_message(turn: &Json<'_>, cap: usize) -> Message {
    let role = turn.get_str("role").unwrap_or_default();
    let known = ROLES.iter().find(|(name, _)| *name == role);
    let text = turn.get_str("message").filter(|text| !text.is_empty());
    let text = text.map(|text| Part::text(TruncatedText::copy(cap, text)));
    let calls = turn.get_array("tool_calls").iter();
    let calls = calls.map(|call| read_tool_call(call, cap));
    let results = turn.get_array("tool_results").iter();
    let results = results.map(|result| read_tool_result(result, cap));
    let parts = text.into_iter().chain(calls).chain(results).collect();
    match known {
        Some((_, role)) => Message::new(*role, parts),
        None => Message::new(role.to_ascii_lowercase(), parts),
    }
}

/// The new message, with its tool results and documents.
pub(super) fn read_current_message(body: &Json<'_>, cap: usize) -> Message {
    let text = body.get_str("message").filter(|text| !text.is_empty());
    let text = text.and_then(|text| Some(Part::text(copy_text(Some(cap), text)?)));
    let results = body.get_array("tool_results").iter();
    let results = results.map(|result| read_tool_result(result, cap));
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

fn read_tool_result(result: &Json<'_>, cap: usize) -> Part {
    let outputs = result.get("outputs");
    Part::ToolResult {
        id: result.get("call").and_then(|call| call.get_id("id")),
        response: outputs.map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap)),
        json: true,
        failed: false,
    }
}

pub(super) fn read_tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    tool_definition::read_tool(tool, tool.get("parameter_definitions"), cap)
}

const ROLES: &[(&str, &str)] = &[
    ("CHATBOT", "assistant"),
    ("SYSTEM", "system"),
    ("TOOL", "tool"),
    ("USER", "user"),
];
