//! The content of a finished call as span events, one per message.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::trace::SpanRef;

use super::attributes::Attributes;
use super::json::{parts_to_json, tool_calls_to_json};
use crate::record::content::TruncatedText;
use crate::record::{Call, Message, Part, normalize_finish_reason};
use crate::semconv::{event, message as field};

/// Adds one event per message, in order. Returns the number of input messages
/// without an event: a span holds a limited number of events.
pub(super) fn add_message_events(
    span: &SpanRef<'_>,
    call: &Call,
    limit: usize,
    start: SystemTime,
    end: SystemTime,
) -> usize {
    if !call.system.is_empty() {
        let mut event = Attributes::with_capacity(2);
        event.push(field::ROLE, "system");
        push_content(call.system.iter(), limit, &mut event);
        span.add_event_with_timestamp(event::SYSTEM_MESSAGE, start, event.into_inner());
    }
    // Tool results are events of their own, before the event with the other parts of
    // their message. The latest messages are kept.
    let omitted = count_omitted(&call.input);
    let mut room = MAX_INPUT_EVENTS;
    for message in call.input.iter().skip(omitted) {
        let at = message.timestamp.unwrap_or(start);
        for result in message.parts.iter().filter(|part| is_tool_result(part)) {
            if room > 0 {
                room -= 1;
                add_tool_event(span, result, limit, at);
            }
        }
        if room > 0 && message.parts.iter().any(|part| !is_tool_result(part)) {
            room -= 1;
            let event = message_attributes(message, limit);
            let name = event_name(&message.role);
            span.add_event_with_timestamp(name, at, event.into_inner());
        }
    }
    let choices = call.response.choices.iter().enumerate();
    let room = MAX_CHOICE_EVENTS + room;
    // The first candidates, or the latest turns of a speech session.
    let turns = call
        .response
        .choices
        .iter()
        .any(|it| it.message.timestamp.is_some());
    let skipped = if turns {
        choices.len().saturating_sub(room)
    } else {
        0
    };
    for (index, choice) in choices.skip(skipped).take(room) {
        let mut event = message_attributes(&choice.message, limit);
        event.push(field::INDEX, i64::try_from(index).unwrap_or(i64::MAX));
        event.push_if_some(
            field::FINISH_REASON,
            choice.finish_reason().map(normalize_finish_reason),
        );
        let at = choice.message.timestamp.unwrap_or(end);
        span.add_event_with_timestamp(event::CHOICE, at, event.into_inner());
    }
    omitted
}

/// The number of leading messages to omit so that the events of the others fit. The
/// last message is always kept; if it is too long, its first events are.
fn count_omitted(messages: &[Message]) -> usize {
    let mut room = MAX_INPUT_EVENTS;
    let fits = |message: &&Message| {
        let left = room.checked_sub(count_events(message));
        room = left.unwrap_or(room);
        left.is_some()
    };
    let fitting = messages.iter().rev().take_while(fits).count();
    messages.len().saturating_sub(fitting.max(1))
}

/// Events of one message: one per tool result, one for all other parts.
fn count_events(message: &Message) -> usize {
    let results = message
        .parts
        .iter()
        .filter(|part| is_tool_result(part))
        .count();
    results + usize::from(results < message.parts.len())
}

fn event_name(role: &str) -> &'static str {
    match role {
        "assistant" => event::ASSISTANT_MESSAGE,
        "system" | "developer" => event::SYSTEM_MESSAGE,
        "tool" => event::TOOL_MESSAGE,
        _ => event::USER_MESSAGE,
    }
}

fn is_tool_result(part: &Part) -> bool {
    matches!(part, Part::ToolResult { .. })
}

fn add_tool_event(span: &SpanRef<'_>, result: &Part, limit: usize, at: SystemTime) {
    if let Part::ToolResult { id, response, .. } = result {
        let mut event = Attributes::with_capacity(3);
        event.push(field::ROLE, "tool");
        event.push_text(field::ID, id.as_deref());
        event.push(field::CONTENT, response.truncated_to(limit).into_owned());
        span.add_event_with_timestamp(event::TOOL_MESSAGE, at, event.into_inner());
    }
}

fn message_attributes(message: &Message, limit: usize) -> Attributes {
    let mut event = Attributes::with_capacity(5);
    event.push(field::ROLE, message.role.to_string());
    let parts = message.parts.iter();
    if message.parts.iter().any(Part::is_call) {
        let calls = tool_calls_to_json(&parts.clone().filter(|part| part.is_call()), limit);
        event.push(field::TOOL_CALLS, calls);
    }
    push_content(
        parts.filter(|part| !part.is_call() && !is_tool_result(part)),
        limit,
        &mut event,
    );
    event
}

/// Adds the content of a message: its text, or JSON if it has other parts.
fn push_content<'a>(
    parts: impl Iterator<Item = &'a Part> + Clone,
    limit: usize,
    event: &mut Attributes,
) {
    let mut texts = parts.clone();
    let content = match (texts.next(), texts.next()) {
        (None, _) => return,
        (Some(Part::Text { text, .. }), None) => text.truncated_to(limit),
        _ if parts.clone().all(Part::is_text) => {
            let mut all = TruncatedText::new(limit);
            for (text, _) in parts.filter_map(Part::content) {
                all.append(text);
            }
            Cow::Owned(all.truncated_to(limit).into_owned())
        }
        _ => Cow::Owned(parts_to_json(&parts, limit)),
    };
    event.push(field::CONTENT, content.into_owned());
}

/// A span holds 128 events: these, choices, failed attempts and the exception.
const MAX_INPUT_EVENTS: usize = 96;
const MAX_CHOICE_EVENTS: usize = 8;
