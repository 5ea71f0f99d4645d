//! The events of a Command R stream.

use super::response::{FIRST_CALL, push_citations, push_tool_calls, read_metadata};
use crate::decode::payload::candidate;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Part};

/// Reads one event. Returns whether it is an event of this format.
pub(super) fn read_event(event: &Json<'_>, call: &mut Call) -> bool {
    let Some(kind) = event.get_str("event_type") else {
        return false;
    };
    if let Some((_, read)) = EVENTS.iter().find(|(name, _)| *name == kind) {
        read(event, call);
    }
    true
}

type ReadEvent = fn(&Json<'_>, &mut Call);

/// Events that change the call. Others (searches and their results) do not.
static EVENTS: &[(&str, ReadEvent)] = &[
    ("citation-generation", push_citations),
    ("stream-end", read_stream_end),
    ("stream-start", read_metadata),
    ("text-generation", |event, call| {
        candidate::push_text(call, 0, event.get_str("text"), None);
    }),
    ("tool-calls-chunk", push_tool_call_delta),
    ("tool-calls-generation", push_missing_tool_calls),
];

/// The last event repeats the whole response. Text that came in pieces is not
/// added again.
fn read_stream_end(event: &Json<'_>, call: &mut Call) {
    let response = event.get("response").unwrap_or(event);
    let mut parts = call
        .response
        .choices
        .iter()
        .flat_map(|it| &it.message.parts);
    if parts.next().is_none() {
        candidate::push_text(call, 0, response.get_str("text"), None);
        push_citations(response, call);
    }
    push_missing_tool_calls(response, call);
    read_metadata(response, call);
    let reason = event.get_str("finish_reason");
    let reason = reason.or_else(|| response.get_str("finish_reason"));
    candidate::push_text(call, 0, None, reason);
}

/// Adds complete tool calls, unless they came in pieces before.
fn push_missing_tool_calls(response: &Json<'_>, call: &mut Call) {
    let mut parts = call
        .response
        .choices
        .iter()
        .flat_map(|it| &it.message.parts);
    if !parts.any(Part::is_call) {
        push_tool_calls(response, call);
    }
}

fn push_tool_call_delta(event: &Json<'_>, call: &mut Call) {
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
        choice.push_tool_arguments(index, piece);
    }
}
