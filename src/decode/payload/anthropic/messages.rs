//! Requests and whole responses of Anthropic Messages.

use super::metadata::read_metadata;
use super::{content, stream};
use crate::decode::payload::format::PayloadFormat;
use crate::decode::payload::{parameters, tool_definition};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Tool};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct Anthropic;

impl PayloadFormat for Anthropic {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("anthropic")
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        if !body.contains_key("messages") || !(is_hinted || has_anthropic_member(body)) {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read_parameters(body, &mut call.request);
        let effort = body
            .get_path(&["output_config", "effort"])
            .and_then(Json::as_str);
        call.request.reasoning_level = effort.map(str::to_owned);
        if let Some(cap) = call.cap() {
            call.system = content::read_parts(body.get("system"), cap);
            call.input = body
                .get_array("messages")
                .iter()
                .map(|it| read_message(it, Some(cap)))
                .collect();
            call.tools = body
                .get_array("tools")
                .iter()
                .filter_map(|it| read_tool(it, cap))
                .collect();
        }
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        if body.get_str("type") != Some("message") || !body.contains_key("content") {
            return false;
        }
        read_metadata(body, call);
        let cap = call.cap();
        if let Some(choice) = call.choice_mut(0) {
            choice.message = read_message(body, cap);
            choice.stop_reason = body.get_string("stop_reason");
        }
        call.response.stop_sequence = body.get_string("stop_sequence");
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::read_event(chunk, call)
    }
}

/// Whether the body has a member that other formats with `messages` lack: a
/// version, a system prompt beside the messages (Nova's blocks have no type),
/// tools with `input_schema`.
fn has_anthropic_member(body: &Json<'_>) -> bool {
    let system = body.get("system");
    body.contains_key("anthropic_version")
        || system.is_some_and(|system| system.as_str().is_some())
        || body
            .get_array("system")
            .iter()
            .any(|block| block.contains_key("type"))
        || body
            .get_array("tools")
            .iter()
            .any(|tool| tool.contains_key("input_schema"))
}

fn read_message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    let parts = cap.map(|cap| content::read_parts(message.get("content"), cap));
    Message::new(role, parts.unwrap_or_default())
}

fn read_tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let mut definition = tool_definition::read_tool(tool, tool.get("input_schema"), cap)?;
    // The caller's own tools have no type, or `custom`; others are the provider's.
    if let Some(kind) = tool.get_str("type").filter(|kind| *kind != "custom") {
        definition.kind = kind.to_owned().into();
    }
    Some(definition)
}
