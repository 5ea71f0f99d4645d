//! Anthropic Messages: Claude 3 and later.

use super::{Family, parameters};
use crate::record::content::Clip;
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
        if !body.has("messages") || !(hinted || is_own(body)) {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read(body, &mut call.request);
        let effort = body.at(&["output_config", "effort"]).and_then(Json::str);
        call.request.reasoning_level = effort.map(str::to_owned);
        if let Some(cap) = call.cap() {
            call.system = content::parts(body.get("system"), cap);
            call.input = body
                .list("messages")
                .iter()
                .map(|it| message(it, Some(cap)))
                .collect();
            call.tools = body
                .list("tools")
                .iter()
                .filter_map(|it| tool(it, cap))
                .collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        if body.string("type") != Some("message") || !body.has("content") {
            return false;
        }
        begin(body, call);
        let cap = call.cap();
        if let Some(choice) = call.choice(0) {
            choice.message = message(body, cap);
            choice.stop_reason = body.owned("stop_reason");
        }
        call.response.stop_sequence = body.owned("stop_sequence");
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
    body.has("anthropic_version")
        || system.is_some_and(|system| system.str().is_some())
        || body.list("system").iter().any(|block| block.has("type"))
        || body
            .list("tools")
            .iter()
            .any(|tool| tool.has("input_schema"))
}

/// What a message tells apart from its content: its id, its model, its usage.
fn begin(message: &Json<'_>, call: &mut Call) {
    call.response.id = message.owned("id").or(call.response.id.take());
    call.response.model = message.owned("model").or(call.response.model.take());
    if let Some(usage) = message.get("usage") {
        call.usage.update(&tokens(usage));
    }
}

fn tokens(usage: &Json<'_>) -> Usage {
    let written = usage.get("cache_creation");
    let written = |key| written.and_then(|written| written.count(key));
    Usage {
        input: usage.count("input_tokens"),
        output: usage.count("output_tokens"),
        cache_read: usage.count("cache_read_input_tokens"),
        cache_write: usage.count("cache_creation_input_tokens"),
        cache_write_5m: written("ephemeral_5m_input_tokens"),
        cache_write_1h: written("ephemeral_1h_input_tokens"),
        ..Usage::default()
    }
}

fn message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.owned("role").unwrap_or_default();
    let parts = cap.map(|cap| content::parts(message.get("content"), cap));
    Message::new(role, parts.unwrap_or_default())
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let mut read = Tool::function(tool.string("name")?);
    // Tools of one's own have no type, or `custom`; others are the provider's.
    if let Some(kind) = tool.string("type").filter(|kind| *kind != "custom") {
        read.kind = kind.to_owned().into();
    }
    read.description = tool.string("description").map(|text| Clip::of(cap, text));
    read.parameters = tool.get("input_schema").map(|schema| schema.clip(cap));
    Some(read)
}
