//! The events of a Command R stream.

use super::{FIRST_CALL, called, cited, end};
use crate::decode::payload::prompt;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Part};

/// Reads one event; whether it is one of these.
pub(super) fn event(event: &Json<'_>, call: &mut Call) -> bool {
    let Some(kind) = event.get_str("event_type") else {
        return false;
    };
    if let Some((_, read)) = EVENTS.iter().find(|(name, _)| *name == kind) {
        read(event, call);
    }
    true
}

type Read = fn(&Json<'_>, &mut Call);

/// Those of other names (searches and what they found) add nothing.
static EVENTS: &[(&str, Read)] = &[
    ("citation-generation", cited),
    ("stream-end", stream_end),
    ("stream-start", end),
    ("text-generation", |event, call| {
        prompt::answer(call, 0, event.get_str("text"), None);
    }),
    ("tool-calls-chunk", tool_call_piece),
    ("tool-calls-generation", tool_calls),
];

/// The last event repeats the whole answer: what came in pieces is known.
fn stream_end(event: &Json<'_>, call: &mut Call) {
    let answer = event.get("response").unwrap_or(event);
    let mut parts = call
        .response
        .choices
        .iter()
        .flat_map(|it| &it.message.parts);
    if parts.next().is_none() {
        prompt::answer(call, 0, answer.get_str("text"), None);
        cited(answer, call);
    }
    tool_calls(answer, call);
    end(answer, call);
    let reason = event.get_str("finish_reason");
    let reason = reason.or_else(|| answer.get_str("finish_reason"));
    prompt::answer(call, 0, None, reason);
}

/// The calls as a whole, which may have come in pieces before.
fn tool_calls(answer: &Json<'_>, call: &mut Call) {
    let mut parts = call
        .response
        .choices
        .iter()
        .flat_map(|it| &it.message.parts);
    if !parts.any(Part::is_call) {
        called(answer, call);
    }
}

fn tool_call_piece(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let (Some(delta), Some(cap), Some(choice)) =
        (event.get("tool_call_delta"), cap, call.choice_mut(0))
    else {
        return;
    };
    let index = delta
        .get_count("index")
        .unwrap_or(0)
        .saturating_add(FIRST_CALL);
    if let Some(name) = delta.get_string("name") {
        choice.start_block(
            index,
            Part::ToolCall {
                id: delta.get_id("id"),
                name,
                arguments: TruncatedText::new(cap),
            },
        );
    }
    if let Some(piece) = delta.get_str("parameters") {
        choice.push_arguments(index, piece);
    }
}
