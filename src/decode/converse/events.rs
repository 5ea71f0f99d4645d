//! The events of a stream.

use super::content::{read_citation, tool_call};
use super::response::{read_metadata, read_stop_sequence, set_stop_reason};
use super::text_delta::read_text_delta;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Media, Part, base64_len, mime_type};

/// Reads one event. Those of other names (the end of a block, kinds still to
/// come) add nothing.
pub(crate) fn read_event(name: &str, payload: &[u8], call: &mut Call) {
    if name == BLOCK_DELTA && read_text_delta(payload, call) {
        return;
    }
    if let Some(event) = Json::parse(payload) {
        read_event_json(name, &event, call);
    }
}

/// Reads one event whose JSON is parsed already.
pub(crate) fn read_event_json(name: &str, event: &Json<'_>, call: &mut Call) {
    if let Some((_, read)) = EVENTS.iter().find(|(known, _)| *known == name) {
        read(event, call);
    }
}

/// Whether a member of this name is an event.
pub(crate) fn is_event_name(name: &str) -> bool {
    name == "contentBlockStop" || EVENTS.iter().any(|(known, _)| *known == name)
}

type ReadEvent = fn(&Json<'_>, &mut Call);

static EVENTS: &[(&str, ReadEvent)] = &[
    (BLOCK_DELTA, read_block_delta),
    ("contentBlockStart", read_block_start),
    ("messageStart", read_message_start),
    (FINAL_EVENT, read_message_stop),
    ("metadata", read_metadata),
];

fn read_message_start(event: &Json<'_>, call: &mut Call) {
    if let (Some(role), Some(choice)) = (event.get_string("role"), call.choice_mut(0)) {
        choice.message.role = role.into();
    }
}

fn read_block_start(event: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let index = event.get_i64("contentBlockIndex").unwrap_or(0);
    let Some(start) = event.get("start") else {
        return;
    };
    let part = if let Some(tool) = start.get_object("toolUse") {
        let id = tool.get_string("toolUseId");
        let name = tool.get_string("name").unwrap_or_default();
        tool_call(tool, id, name, TruncatedText::new(cap))
    } else if let Some(result) = start.get_object("toolResult") {
        Part::ToolResult {
            id: result.get_string("toolUseId"),
            response: TruncatedText::new(cap),
            json: false,
            failed: result.get_str("status") == Some("error"),
        }
    } else if let Some(image) = start.get_object("image") {
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

fn read_block_delta(event: &Json<'_>, call: &mut Call) {
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
        choice.push_citation(cap, index, read_citation(citation, cap));
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

fn read_message_stop(event: &Json<'_>, call: &mut Call) {
    if let Some(reason) = event.get_str("stopReason") {
        set_stop_reason(reason, 0, call);
    }
    read_stop_sequence(event, call);
    if let Some(stream) = &mut call.stream {
        stream.completed = true;
    }
}

/// The event with which the model's response is complete.
pub(crate) const FINAL_EVENT: &str = "messageStop";

/// The event that brings a piece of a block.
const BLOCK_DELTA: &str = "contentBlockDelta";
