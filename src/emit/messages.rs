//! The content of a finished call: span attributes, and one span event for
//! each message.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanRef;

use super::attributes::Attributes;
use super::json;
use crate::record::content::TruncatedText;
use crate::record::{Call, Choice, Message, Part, normalize_finish_reason};
use crate::semconv;
use crate::semconv::{event, message as field};

/// The whole conversation as attributes, each in at most `limit` characters.
pub(super) fn attributes(call: &Call, limit: usize, attributes: &mut Attributes) {
    if !call.input.is_empty() {
        attributes.put(semconv::INPUT_MESSAGES, json::input(&call.input, limit));
    }
    let answered = |choice: &Choice| !choice.message.parts.is_empty();
    if call.response.choices.iter().any(answered) {
        attributes.put(
            semconv::OUTPUT_MESSAGES,
            json::output(&call.response.choices, limit),
        );
    }
    if !call.system.is_empty() {
        attributes.put(
            semconv::SYSTEM_INSTRUCTIONS,
            json::system(&call.system, limit),
        );
    }
    if !call.tools.is_empty() {
        attributes.put(semconv::TOOL_DEFINITIONS, json::tools(&call.tools, limit));
    }
    let variables = call.request.prompt_variables.iter().map(|(name, value)| {
        let key = format!("{}{name}", semconv::PROMPT_VARIABLE);
        KeyValue::new(key, value.truncated_to(limit).into_owned())
    });
    attributes.extend(variables);
}

/// One event for each message, in order. Gives the number of messages of the
/// request that got none, for want of room on the span.
pub(super) fn events(
    span: &SpanRef<'_>,
    call: &Call,
    limit: usize,
    start: SystemTime,
    end: SystemTime,
) -> usize {
    if !call.system.is_empty() {
        let mut event = Attributes::new(2);
        event.put(field::ROLE, "system");
        body(call.system.iter(), limit, &mut event);
        span.add_event_with_timestamp(event::SYSTEM_MESSAGE, start, event.into_inner());
    }
    // Parts that are events of their own, the message that they belong to, and
    // its other parts: the latest of them, if there are too many.
    let omitted = without_room(&call.input);
    let mut room = MAX_INPUT_EVENTS;
    for message in call.input.iter().skip(omitted) {
        let at = message.timestamp.unwrap_or(start);
        for result in message.parts.iter().filter(|part| is_result(part)) {
            if room > 0 {
                room -= 1;
                tool_message(span, result, limit, at);
            }
        }
        if room > 0 && message.parts.iter().any(|part| !is_result(part)) {
            room -= 1;
            let event = message_body(message, limit);
            span.add_event_with_timestamp(name_of(&message.role), at, event.into_inner());
        }
    }
    let choices = call.response.choices.iter().enumerate();
    let room = MAX_CHOICE_EVENTS + room;
    // Of candidates the first; of the turns of a conversation the latest.
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
        let mut event = message_body(&choice.message, limit);
        event.put(field::INDEX, i64::try_from(index).unwrap_or(i64::MAX));
        event.some(
            field::FINISH_REASON,
            choice.finish_reason().map(normalize_finish_reason),
        );
        let at = choice.message.timestamp.unwrap_or(end);
        span.add_event_with_timestamp(event::CHOICE, at, event.into_inner());
    }
    omitted
}

/// How many messages at the front get no event, so that those of all the others
/// fit. The last one is not among them: of one too long, the first events are
/// kept.
fn without_room(messages: &[Message]) -> usize {
    let mut room = MAX_INPUT_EVENTS;
    let fits = |message: &&Message| {
        let left = room.checked_sub(events_of(message));
        room = left.unwrap_or(room);
        left.is_some()
    };
    let fitting = messages.iter().rev().take_while(fits).count();
    messages.len().saturating_sub(fitting.max(1))
}

/// Events of one message: one for each tool result, one for all else.
fn events_of(message: &Message) -> usize {
    let results = message.parts.iter().filter(|part| is_result(part)).count();
    results + usize::from(results < message.parts.len())
}

fn name_of(role: &str) -> &'static str {
    match role {
        "assistant" => event::ASSISTANT_MESSAGE,
        "system" | "developer" => event::SYSTEM_MESSAGE,
        "tool" => event::TOOL_MESSAGE,
        _ => event::USER_MESSAGE,
    }
}

fn is_result(part: &Part) -> bool {
    matches!(part, Part::ToolResult { .. })
}

fn tool_message(span: &SpanRef<'_>, result: &Part, limit: usize, at: SystemTime) {
    if let Part::ToolResult { id, response, .. } = result {
        let mut event = Attributes::new(3);
        event.put(field::ROLE, "tool");
        event.text(field::ID, id.as_deref());
        event.put(field::CONTENT, response.truncated_to(limit).into_owned());
        span.add_event_with_timestamp(event::TOOL_MESSAGE, at, event.into_inner());
    }
}

fn message_body(message: &Message, limit: usize) -> Attributes {
    let mut event = Attributes::new(5);
    event.put(field::ROLE, message.role.to_string());
    let parts = message.parts.iter();
    if message.parts.iter().any(Part::is_call) {
        let calls = json::tool_calls(&parts.clone().filter(|part| part.is_call()), limit);
        event.put(field::TOOL_CALLS, calls);
    }
    body(
        parts.filter(|part| !part.is_call() && !is_result(part)),
        limit,
        &mut event,
    );
    event
}

/// What a message says: its text, or its parts as JSON where it has others.
fn body<'a>(parts: impl Iterator<Item = &'a Part> + Clone, limit: usize, event: &mut Attributes) {
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
        _ => Cow::Owned(json::parts(&parts, limit)),
    };
    event.put(field::CONTENT, content.into_owned());
}

/// A span holds 128 events: these, and room for choices, failed attempts and
/// the exception.
const MAX_INPUT_EVENTS: usize = 96;
const MAX_CHOICE_EVENTS: usize = 8;
