//! Anthropic Messages: Claude 3 and later.

use super::{Family, parameters};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Tool, Usage};
use crate::semconv::operation::CHAT;

mod content;
mod stream;

#[derive(Debug)]
pub(super) struct Anthropic;

impl Family for Anthropic {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("anthropic")
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        if !body.contains_key("messages") || !(hinted || is_own(body)) {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read(body, &mut call.request);
        let effort = body
            .get_path(&["output_config", "effort"])
            .and_then(Json::as_str);
        call.request.reasoning_level = effort.map(str::to_owned);
        if let Some(cap) = call.cap() {
            call.system = content::parts(body.get("system"), cap);
            call.input = body
                .get_array("messages")
                .iter()
                .map(|it| message(it, Some(cap)))
                .collect();
            call.tools = body
                .get_array("tools")
                .iter()
                .filter_map(|it| tool(it, cap))
                .collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        if body.get_str("type") != Some("message") || !body.contains_key("content") {
            return false;
        }
        begin(body, call);
        let cap = call.cap();
        if let Some(choice) = call.choice_mut(0) {
            choice.message = message(body, cap);
            choice.stop_reason = body.get_string("stop_reason");
        }
        call.response.stop_sequence = body.get_string("stop_sequence");
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::event(chunk, call)
    }
}

/// What the other dialects with `messages` have not: a version, a system prompt
/// beside the messages (Nova's has no types), tools that are no functions.
fn is_own(body: &Json<'_>) -> bool {
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

/// What a message tells apart from its content: its id, its model, its usage.
fn begin(message: &Json<'_>, call: &mut Call) {
    call.response.id = message.get_string("id").or(call.response.id.take());
    call.response.model = message.get_string("model").or(call.response.model.take());
    if let Some(usage) = message.get("usage") {
        call.usage.update(&tokens(usage));
    }
}

fn tokens(usage: &Json<'_>) -> Usage {
    let written = usage.get("cache_creation");
    let written = |key| written.and_then(|written| written.get_count(key));
    Usage {
        input: usage.get_count("input_tokens"),
        output: usage.get_count("output_tokens"),
        cache_read: usage.get_count("cache_read_input_tokens"),
        cache_write: usage.get_count("cache_creation_input_tokens"),
        cache_write_5m: written("ephemeral_5m_input_tokens"),
        cache_write_1h: written("ephemeral_1h_input_tokens"),
        ..Usage::default()
    }
}

fn message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    let parts = cap.map(|cap| content::parts(message.get("content"), cap));
    Message::new(role, parts.unwrap_or_default())
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let mut read = Tool::function(tool.get_str("name")?);
    // Tools of one's own have no type, or `custom`; others are the provider's.
    if let Some(kind) = tool.get_str("type").filter(|kind| *kind != "custom") {
        read.kind = kind.to_owned().into();
    }
    read.description = tool
        .get_str("description")
        .map(|text| TruncatedText::copy(cap, text));
    read.parameters = tool
        .get("input_schema")
        .map(|schema| schema.to_truncated_text(cap));
    Some(read)
}
