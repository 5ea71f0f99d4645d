//! The events of a Converse stream, which Nova's own dialect uses too.

use serde::Deserialize;

use crate::call::{Call, Citation, Media, Part, Usage, base64_len, clip, mime_type};
use crate::content::Clip;
use crate::json::{Json, Str};

/// Reads one event. Those of other names (the end of a block, kinds still to
/// come) add nothing.
pub(crate) fn event(name: &str, event: &Json<'_>, call: &mut Call) {
    if let Some((_, read)) = EVENTS.iter().find(|(known, _)| *known == name) {
        read(event, call);
    }
}

/// Reads an event of a piece of text; whether it is one.
pub(crate) fn text_delta(payload: &[u8], call: &mut Call) -> bool {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(default, rename = "contentBlockIndex")]
        index: i64,
        #[serde(borrow)]
        delta: Delta<'a>,
    }
    #[derive(Deserialize)]
    struct Delta<'a> {
        #[serde(borrow)]
        text: Str<'a>,
    }
    let Ok(event) = serde_json::from_slice::<Event<'_>>(payload) else {
        return false;
    };
    let cap = call.cap();
    if let Some(choice) = call.choice(0) {
        choice.push_text(cap, event.index, &event.delta.text.0);
    }
    true
}

/// Whether a member of this name is an event.
pub(super) fn is_event(name: &str) -> bool {
    name == "contentBlockStop" || EVENTS.iter().any(|(known, _)| *known == name)
}

type Read = fn(&Json<'_>, &mut Call);

static EVENTS: &[(&str, Read)] = &[
    (BLOCK_DELTA, block_delta),
    ("contentBlockStart", block_start),
    ("messageStart", message_start),
    ("messageStop", message_stop),
    ("metadata", metadata),
];

fn message_start(event: &Json<'_>, call: &mut Call) {
    if let (Some(role), Some(choice)) = (event.owned("role"), call.choice(0)) {
        choice.message.role = role.into();
    }
}

fn block_start(event: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let index = event.int("contentBlockIndex").unwrap_or(0);
    let Some(start) = event.get("start") else {
        return;
    };
    let part = if let Some(tool) = start.get("toolUse") {
        let id = tool.owned("toolUseId");
        let name = tool.owned("name").unwrap_or_default();
        let arguments = Clip::new(cap);
        if tool.string("type") == Some(SERVER_TOOL_USE) {
            Part::ServerToolCall {
                id,
                name,
                arguments,
            }
        } else {
            Part::ToolCall {
                id,
                name,
                arguments,
            }
        }
    } else if let Some(result) = start.get("toolResult") {
        Part::ToolResult {
            id: result.owned("toolUseId"),
            response: Clip::new(cap),
            json: false,
            failed: result.string("status") == Some("error"),
        }
    } else if let Some(image) = start.get("image") {
        let mime_type = image
            .string("format")
            .map(|format| mime_type("image", format));
        Part::Media(Media {
            modality: "image",
            mime_type,
            bytes: None,
            uri: None,
        })
    } else {
        return;
    };
    if let Some(choice) = call.choice(0) {
        choice.start(index, part);
    }
}

fn block_delta(event: &Json<'_>, call: &mut Call) {
    let index = event.int("contentBlockIndex").unwrap_or(0);
    let cap = call.cap();
    let (Some(delta), Some(choice)) = (event.get("delta"), call.choice(0)) else {
        return;
    };
    if let Some(text) = delta.string("text") {
        choice.push_text(cap, index, text);
    } else if let Some(input) = delta.get("toolUse").and_then(|tool| tool.string("input")) {
        choice.push_arguments(index, input);
    } else if let Some(reasoning) = delta.get("reasoningContent") {
        if let Some(text) = reasoning.string("text") {
            choice.push_reasoning(cap, index, text);
        } else if let Some(signature) = reasoning.string("signature") {
            choice.push_signature(cap, index, signature);
        } else if let Some(redacted) = reasoning.string("redactedContent") {
            choice.push_redacted(cap, index, base64_len(redacted));
        }
    } else if let Some(citation) = delta.get("citation") {
        let piece = |key| citation.string(key).and_then(|text| clip(cap, text));
        let cited = Citation {
            title: piece("title"),
            source: piece("source"),
        };
        choice.push_citation(cap, index, cited);
    } else if let Some(pieces) = delta.get("toolResult") {
        for piece in pieces.items() {
            if let Some(text) = piece.string("text") {
                choice.push_result(index, text);
            }
        }
    } else if let Some(bytes) = delta.at(&["image", "source", "bytes"]).and_then(Json::str) {
        choice.push_media(index, base64_len(bytes));
    }
}

fn message_stop(event: &Json<'_>, call: &mut Call) {
    if let Some(reason) = event.string("stopReason") {
        stopped(reason, 0, call);
    }
    let fields = event.get("additionalModelResponseFields");
    call.response.stop_sequence = fields.and_then(|fields| {
        fields
            .owned("stop_sequence")
            .or_else(|| fields.owned("stopSequence"))
    });
    if let Some(stream) = &mut call.stream {
        stream.completed = true;
    }
}

fn metadata(event: &Json<'_>, call: &mut Call) {
    if let Some(usage) = event.get("usage") {
        call.usage.update(&tokens(usage));
    }
    let latency = event
        .get("metrics")
        .and_then(|metrics| metrics.count("latencyMs"));
    call.latency.invocation = latency.or(call.latency.invocation);
    if let Some(model) = event
        .at(&["trace", "promptRouter", "invokedModelId"])
        .and_then(Json::str)
    {
        call.response.model = Some(model.to_owned());
    }
    if let Some(latency) = event
        .at(&["performanceConfig", "latency"])
        .and_then(Json::str)
    {
        call.performance_latency = Some(latency.to_owned());
    }
    if let Some(tier) = event.at(&["serviceTier", "type"]).and_then(Json::str) {
        call.service_tier = Some(tier.to_owned());
    }
}

/// The `usage` of Converse, and of Nova's dialect, which names the cache's
/// counts differently.
pub(super) fn tokens(usage: &Json<'_>) -> Usage {
    let written = |ttl: &str| {
        let mut details = usage.list("cacheDetails").iter();
        details
            .find(|detail| detail.string("ttl") == Some(ttl))?
            .count("inputTokens")
    };
    let either = |keys: [&str; 2]| keys.iter().find_map(|key| usage.count(key));
    Usage {
        input: usage.count("inputTokens"),
        output: usage.count("outputTokens"),
        cache_read: either(["cacheReadInputTokens", "cacheReadInputTokenCount"]),
        cache_write: either(["cacheWriteInputTokens", "cacheWriteInputTokenCount"]),
        cache_write_5m: written("5m"),
        cache_write_1h: written("1h"),
        ..Usage::default()
    }
}

/// Notes why the model stopped a candidate.
pub(crate) fn stopped(reason: &str, candidate: usize, call: &mut Call) {
    if reason == "guardrail_intervened" {
        call.guardrail.action = Some("INTERVENED".into());
    }
    if let Some(choice) = call.choice(candidate) {
        choice.stop_reason = Some(reason.to_owned());
    }
}

/// The event that brings a piece of a block.
pub(crate) const BLOCK_DELTA: &str = "contentBlockDelta";

/// The type of a tool use that the provider runs itself.
pub(crate) const SERVER_TOOL_USE: &str = "server_tool_use";
