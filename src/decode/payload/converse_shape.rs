//! The events of a Converse stream, which Nova's own dialect uses too.

use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Citation, Media, Part, Usage, base64_len, copy_text, mime_type};

/// Reads one event. Those of other names (the end of a block, kinds still to
/// come) add nothing.
pub(crate) fn event(name: &str, event: &Json<'_>, call: &mut Call) {
    if let Some((_, read)) = EVENTS.iter().find(|(known, _)| *known == name) {
        read(event, call);
    }
}

/// Reads the payload of an event that brings a piece of text and nothing else,
/// if it is one: nearly all events are, and to build a value of each would be
/// most of what a stream costs.
pub(crate) fn text_delta(payload: &[u8], call: &mut Call) -> bool {
    let Some((index, text)) = plain_text(payload) else {
        return false;
    };
    let cap = call.cap();
    if let Some(choice) = call.choice_mut(0) {
        choice.push_text(cap, index, text);
    }
    true
}

/// Block and text of `{"contentBlockIndex":0,"delta":{"text":"…"},"p":"…"}`, to
/// the letter as the service writes it and without escapes.
fn plain_text(payload: &[u8]) -> Option<(i64, &str)> {
    let rest = payload.strip_prefix(b"{\"contentBlockIndex\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (index, rest) = rest.split_at_checked(digits)?;
    let index = std::str::from_utf8(index).ok()?.parse().ok()?;
    let rest = rest.strip_prefix(b",\"delta\":{\"text\":\"")?;
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let (text, rest) = rest.split_at_checked(rest.iter().position(special)?)?;
    let rest = rest.strip_prefix(b"\"}")?;
    let padding = || rest.strip_prefix(b",\"p\":\"")?.strip_suffix(b"\"}");
    let padded = || padding().is_some_and(|padding| padding.iter().all(u8::is_ascii_alphanumeric));
    (rest == b"}" || padded()).then_some((index, std::str::from_utf8(text).ok()?))
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
    if let (Some(role), Some(choice)) = (event.get_string("role"), call.choice_mut(0)) {
        choice.message.role = role.into();
    }
}

fn block_start(event: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let index = event.get_i64("contentBlockIndex").unwrap_or(0);
    let Some(start) = event.get("start") else {
        return;
    };
    let part = if let Some(tool) = start.get("toolUse") {
        let id = tool.get_string("toolUseId");
        let name = tool.get_string("name").unwrap_or_default();
        let arguments = TruncatedText::new(cap);
        if tool.get_str("type") == Some(SERVER_TOOL_USE) {
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
            id: result.get_string("toolUseId"),
            response: TruncatedText::new(cap),
            json: false,
            failed: result.get_str("status") == Some("error"),
        }
    } else if let Some(image) = start.get("image") {
        let mime_type = image
            .get_str("format")
            .map(|format| mime_type("image", format));
        Part::Media(Media::new("image", mime_type, None, None))
    } else {
        return;
    };
    if let Some(choice) = call.choice_mut(0) {
        choice.start_block(index, part);
    }
}

fn block_delta(event: &Json<'_>, call: &mut Call) {
    let index = event.get_i64("contentBlockIndex").unwrap_or(0);
    let cap = call.cap();
    let (Some(delta), Some(choice)) = (event.get("delta"), call.choice_mut(0)) else {
        return;
    };
    if let Some(text) = delta.get_str("text") {
        choice.push_text(cap, index, text);
    } else if let Some(input) = delta.get("toolUse").and_then(|tool| tool.get_str("input")) {
        choice.push_tool_arguments(index, input);
    } else if let Some(reasoning) = delta.get("reasoningContent") {
        if let Some(text) = reasoning.get_str("text") {
            choice.push_reasoning(cap, index, text);
        } else if let Some(signature) = reasoning.get_str("signature") {
            choice.push_reasoning_signature(cap, index, signature);
        } else if let Some(redacted) = reasoning.get_str("redactedContent") {
            choice.push_redacted_reasoning(cap, index, base64_len(redacted));
        }
    } else if let Some(citation) = delta.get("citation") {
        let piece = |key| citation.get_str(key).and_then(|text| copy_text(cap, text));
        let cited = Citation {
            title: piece("title"),
            source: piece("source"),
        };
        choice.push_citation(cap, index, cited);
    } else if let Some(pieces) = delta.get("toolResult") {
        for piece in pieces.as_slice() {
            if let Some(text) = piece.get_str("text") {
                choice.push_tool_result(index, text, false);
            } else if let (Some(json), Some(_)) = (piece.get("json"), cap) {
                let json = serde_json::to_string(json).unwrap_or_default();
                choice.push_tool_result(index, &json, true);
            }
        }
    } else if let Some(bytes) = delta
        .get_path(&["image", "source", "bytes"])
        .and_then(Json::as_str)
    {
        choice.add_media_bytes(index, base64_len(bytes));
    }
}

fn message_stop(event: &Json<'_>, call: &mut Call) {
    if let Some(reason) = event.get_str("stopReason") {
        stopped(reason, 0, call);
    }
    let fields = event.get("additionalModelResponseFields");
    call.response.stop_sequence = fields.and_then(|fields| {
        fields
            .get_string("stop_sequence")
            .or_else(|| fields.get_string("stopSequence"))
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
        .and_then(|metrics| metrics.get_count("latencyMs"));
    call.latency.invocation_ms = latency.or(call.latency.invocation_ms);
    if let Some(model) = event
        .get_path(&["trace", "promptRouter", "invokedModelId"])
        .and_then(Json::as_str)
    {
        call.response.model = Some(model.to_owned());
    }
    if let Some(latency) = event
        .get_path(&["performanceConfig", "latency"])
        .and_then(Json::as_str)
    {
        call.performance_latency = Some(latency.to_owned());
    }
    if let Some(tier) = event
        .get_path(&["serviceTier", "type"])
        .and_then(Json::as_str)
    {
        call.service_tier = Some(tier.to_owned());
    }
}

/// The `usage` of Converse, and of Nova's dialect, which names the cache's
/// counts differently.
pub(crate) fn tokens(usage: &Json<'_>) -> Usage {
    let written = |ttl: &str| {
        let mut details = usage.get_array("cacheDetails").iter();
        details
            .find(|detail| detail.get_str("ttl") == Some(ttl))?
            .get_count("inputTokens")
    };
    let either = |keys: [&str; 2]| keys.iter().find_map(|key| usage.get_count(key));
    Usage {
        input: usage.get_count("inputTokens"),
        output: usage.get_count("outputTokens"),
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
    if let Some(choice) = call.choice_mut(candidate) {
        choice.stop_reason = Some(reason.to_owned());
    }
}

/// The event that brings a piece of a block.
pub(crate) const BLOCK_DELTA: &str = "contentBlockDelta";

/// The type of a tool use that the provider runs itself.
pub(crate) const SERVER_TOOL_USE: &str = "server_tool_use";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semconv::operation::CHAT;

    /// Whatever the short cut takes, the long way reads the same.
    #[test]
    fn the_short_cut_reads_what_the_long_way_reads() {
        let texts = [
            "",
            " refunds",
            "wörld …",
            "a\\\"b",
            "line\\nbreak",
            "\\u00e9",
        ];
        let mut taken = 0;
        for text in texts {
            for payload in [
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"p":"abcXYZ01"}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}}}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"p":"a\"}}"}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"x":1}}"#),
                format!(r#"{{"delta":{{"text":"{text}"}},"contentBlockIndex":3}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}}"#),
                format!(r#"{{"contentBlockIndex":,"delta":{{"text":"{text}"}}}}"#),
            ] {
                let long = Json::parse(payload.as_bytes());
                let Some((index, short)) = plain_text(payload.as_bytes()) else {
                    continue;
                };
                taken += 1;
                let long = long.unwrap();
                assert_eq!(long.get_i64("contentBlockIndex"), Some(index), "{payload}");
                assert_eq!(
                    long.get("delta").unwrap().get_str("text"),
                    Some(short),
                    "{payload}"
                );
            }
        }
        assert_eq!(taken, 6, "texts without escapes, with padding and without");
    }

    #[test]
    fn a_text_goes_to_its_block() {
        let mut call = Call::new(Some(CHAT), Some(100));
        for payload in [
            &br#"{"contentBlockIndex":1,"delta":{"text":"b"},"p":"abc"}"#[..],
            br#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#,
            br#"{"contentBlockIndex":1,"delta":{"text":"B"}}"#,
        ] {
            assert!(text_delta(payload, &mut call));
        }
        let parts = &call.response.choices[0].message.parts;
        let texts: Vec<_> = parts
            .iter()
            .map(|part| part.content().unwrap().0.as_str())
            .collect();
        assert_eq!(texts, ["bB", "a"]);
    }
}
