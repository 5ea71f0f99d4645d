//! `LlmChatCompletionSummary`, and an `LlmChatCompletionMessage` for each
//! message.

use std::time::SystemTime;

use super::event_context::{EventContext, new_id, to_unix_millis};
use super::text::join_parts;
use crate::emit::attributes::Attributes;
use crate::record::{Message, Part};
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

/// Returns the id of the summary.
pub(super) fn emit_chat(event_context: &EventContext<'_>, is_virtual: bool) -> String {
    let id = new_id();
    emit_summary(event_context, &id, is_virtual);
    let call = event_context.call;
    let mut messages = Messages {
        event_context,
        completion: &id,
        is_virtual,
        sequence: 0,
    };
    if !call.system.is_empty() {
        messages.emit_message("system", &call.system, None);
    }
    for message in &call.input {
        messages.emit_message(role_or(message, "user"), &message.parts, None);
    }
    for choice in &call.response.choices {
        let message = &choice.message;
        if !message.parts.is_empty() {
            let at = message.timestamp.unwrap_or(event_context.ended);
            messages.emit_message(role_or(message, "assistant"), &message.parts, Some(at));
        }
    }
    id
}

fn emit_summary(event_context: &EventContext<'_>, id: &str, is_virtual: bool) {
    let call = event_context.call;
    let mut event = event_context.new_event(event::SUMMARY, id.to_owned());
    event.push_text(name::RESPONSE_ID, call.response.id.as_deref());
    event.push(name::DURATION, event_context.duration());
    event.push_if_some(name::TIMESTAMP, to_unix_millis(event_context.started));
    event.push_text(name::REQUEST_MODEL, call.model.as_deref());
    event.push_text(name::RESPONSE_MODEL, event_context.response_model());
    event.push_if_some(name::REQUEST_MAX_TOKENS, call.request.max_tokens);
    event.push_if_some(name::REQUEST_TEMPERATURE, call.request.temperature);
    let first = call
        .stream
        .as_ref()
        .and_then(|stream| stream.time_to_first_chunk);
    let first = first.and_then(|first| i64::try_from(first.as_millis()).ok());
    event.push_if_some(name::TIME_TO_FIRST_TOKEN, first);
    let reason = call
        .response
        .choices
        .iter()
        .find_map(|it| it.finish_reason());
    event.push_text(name::RESPONSE_FINISH_REASON, reason);
    let responses = call.response.choices.iter();
    let responses = responses.filter(|choice| !choice.message.parts.is_empty());
    let messages = usize::from(!call.system.is_empty()) + call.input.len() + responses.count();
    let messages = i64::try_from(messages).ok().filter(|count| *count > 0);
    event.push_if_some(name::RESPONSE_MESSAGES, messages);
    push_usage(event_context, &mut event);
    if is_virtual {
        event.push(name::VIRTUAL_LLM, true);
    }
    event_context.push_error(&mut event);
    event_context.emit(event, event_context.started);
}

fn push_usage(event_context: &EventContext<'_>, event: &mut Attributes) {
    if let Some([input, output, total]) = count_tokens(event_context) {
        event.push_if_some(name::RESPONSE_PROMPT_TOKENS, input);
        event.push_if_some(name::RESPONSE_COMPLETION_TOKENS, output);
        event.push_if_some(name::RESPONSE_TOTAL_TOKENS, total);
    }
}

/// Input, output and total tokens. `None` if unknown or not tracked.
pub(super) fn count_tokens(event_context: &EventContext<'_>) -> Option<[Option<i64>; 3]> {
    let usage = &event_context.call.usage;
    let (input, output) = (usage.input_tokens(), usage.output);
    let total = input.zip(output);
    let total = total.map(|(input, output)| input.saturating_add(output));
    let track = event_context.settings.track_token_usage;
    (track && (input, output) != (None, None)).then_some([input, output, total])
}

struct Messages<'a> {
    event_context: &'a EventContext<'a>,
    completion: &'a str,
    is_virtual: bool,
    sequence: i64,
}

impl Messages<'_> {
    /// `responded_at`: the time of a response message; `None` for input messages.
    fn emit_message(&mut self, role: &str, parts: &[Part], responded_at: Option<SystemTime>) {
        let event_context = self.event_context;
        let call = event_context.call;
        // Ids derived from the response id let New Relic deduplicate messages.
        let id = call.response.id.as_deref();
        let id = id.map_or_else(new_id, |id| format!("{id}-{}", self.sequence));
        let mut event = event_context.new_event(event::MESSAGE, id);
        event.push(name::COMPLETION_ID, self.completion.to_owned());
        event.push(name::SEQUENCE, self.sequence);
        event.push(name::ROLE, role.to_owned());
        event.push_text(name::RESPONSE_MODEL, event_context.response_model());
        if responded_at.is_some() {
            event.push(name::IS_RESPONSE, true);
        } else {
            event.push_if_some(name::TIMESTAMP, to_unix_millis(event_context.started));
        }
        if count_tokens(event_context).is_some() {
            // The summary has the counts. Without a 0 New Relic estimates its own.
            event.push(name::TOKEN_COUNT, 0_i64);
        }
        if self.is_virtual {
            event.push(name::VIRTUAL_LLM, true);
        }
        let content = join_parts(parts);
        let at = responded_at.unwrap_or(event_context.started);
        event_context.emit_with_content(event, &content, at);
        self.sequence = self.sequence.saturating_add(1);
    }
}

fn role_or<'a>(message: &'a Message, default: &'a str) -> &'a str {
    Some(message.role.as_ref())
        .filter(|role| !role.is_empty())
        .unwrap_or(default)
}
