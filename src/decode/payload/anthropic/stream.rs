//! The events of Anthropic's Messages stream.

use super::content;
use super::metadata::{read_metadata, read_usage};
use crate::record::Call;
use crate::record::json::Json;

/// Reads one event. Returns whether its type is known.
pub(super) fn read_event(event: &Json<'_>, call: &mut Call) -> bool {
    let Some(kind) = event.get_str("type") else {
        return false;
    };
    match EVENTS.iter().find(|(name, _)| *name == kind) {
        Some((_, read)) => {
            read(event, call);
            true
        }
        None => false,
    }
}

type ReadEvent = fn(&Json<'_>, &mut Call);

static EVENTS: &[(&str, ReadEvent)] = &[
    ("content_block_delta", read_block_delta),
    ("content_block_start", read_block_start),
    ("content_block_stop", |_, _| {}),
    ("message_delta", read_message_delta),
    ("message_start", read_message_start),
    ("message_stop", read_message_stop),
    ("ping", |_, _| {}),
];

fn read_message_start(event: &Json<'_>, call: &mut Call) {
    let Some(message) = event.get("message") else {
        return;
    };
    read_metadata(message, call);
    if let Some(choice) = call.choice_mut(0) {
        choice.message.role = message.get_string("role").unwrap_or_default().into();
    }
}

fn read_block_start(event: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let index = event.get_i64("index").unwrap_or(0);
    let part = event
        .get("content_block")
        .and_then(|block| content::read_part(block, cap));
    if let (Some(part), Some(choice)) = (part, call.choice_mut(0)) {
        choice.start_block(index, part);
    }
}

fn read_block_delta(event: &Json<'_>, call: &mut Call) {
    let index = event.get_i64("index").unwrap_or(0);
    let cap = call.cap();
    let (Some(delta), Some(choice)) = (event.get("delta"), call.choice_mut(0)) else {
        return;
    };
    if let Some(text) = delta.get_str("text") {
        choice.push_text(cap, index, text);
    } else if let Some(json) = delta.get_str("partial_json") {
        choice.push_tool_arguments(index, json);
    } else if let Some(text) = delta.get_str("thinking") {
        choice.push_reasoning(cap, index, text);
    } else if let Some(signature) = delta.get_str("signature") {
        choice.push_reasoning_signature(cap, index, signature);
    } else if let (Some(citation), Some(room)) = (delta.get("citation"), cap) {
        choice.push_citation(cap, index, content::read_citation(citation, room));
    }
}

fn read_message_delta(event: &Json<'_>, call: &mut Call) {
    if let Some(delta) = event.get("delta") {
        if let Some(choice) = call.choice_mut(0) {
            choice.stop_reason = delta
                .get_string("stop_reason")
                .or(choice.stop_reason.take());
        }
        call.response.stop_sequence = delta.get_string("stop_sequence");
    }
    if let Some(usage) = event.get("usage") {
        call.usage.update(&read_usage(usage));
    }
}

fn read_message_stop(_: &Json<'_>, call: &mut Call) {
    call.complete_stream();
}
