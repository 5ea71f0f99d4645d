//! `LlmChatCompletionSummary`, and an `LlmChatCompletionMessage` for each
//! message.

use std::time::SystemTime;

use super::record::{Attributes, EventContext, millis, new_id};
use super::text;
use crate::record::{Message, Part};
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

/// Gives the id of the summary.
pub(super) fn emit(event_context: &EventContext<'_>, is_virtual: bool) -> String {
    let id = new_id();
    summary(event_context, &id, is_virtual);
    let call = event_context.call;
    let mut messages = Messages {
        event_context,
        completion: &id,
        is_virtual,
        sequence: 0,
    };
    if !call.system.is_empty() {
        messages.add("system", &call.system, None);
    }
    for message in &call.input {
        messages.add(role(message, "user"), &message.parts, None);
    }
    for choice in &call.response.choices {
        let message = &choice.message;
        if !message.parts.is_empty() {
            let at = message.timestamp.unwrap_or(event_context.ended);
            messages.add(role(message, "assistant"), &message.parts, Some(at));
        }
    }
    id
}

fn summary(event_context: &EventContext<'_>, id: &str, is_virtual: bool) {
    let call = event_context.call;
    let mut event = event_context.event(event::SUMMARY, id.to_owned());
    event.text(name::RESPONSE_ID, call.response.id.as_deref());
    event.put(name::DURATION, event_context.duration());
    event.some(name::TIMESTAMP, millis(event_context.started));
    event.text(name::REQUEST_MODEL, call.model.as_deref());
    event.text(name::RESPONSE_MODEL, event_context.answered_by());
    event.some(name::REQUEST_MAX_TOKENS, call.request.max_tokens);
    event.some(name::REQUEST_TEMPERATURE, call.request.temperature);
    let first = call
        .stream
        .as_ref()
        .and_then(|stream| stream.time_to_first_chunk);
    let first = first.and_then(|first| i64::try_from(first.as_millis()).ok());
    event.some(name::TIME_TO_FIRST_TOKEN, first);
    let reason = call
        .response
        .choices
        .iter()
        .find_map(|it| it.finish_reason());
    event.text(name::RESPONSE_FINISH_REASON, reason);
    let answered = call.response.choices.iter();
    let answered = answered.filter(|choice| !choice.message.parts.is_empty());
    let messages = usize::from(!call.system.is_empty()) + call.input.len() + answered.count();
    let messages = i64::try_from(messages).ok().filter(|count| *count > 0);
    event.some(name::RESPONSE_MESSAGES, messages);
    usage(event_context, &mut event);
    if is_virtual {
        event.put(name::VIRTUAL_LLM, true);
    }
    event_context.error(&mut event);
    event_context.emit(event, event_context.started);
}

fn usage(event_context: &EventContext<'_>, event: &mut Attributes) {
    if let Some([input, output, total]) = tokens(event_context) {
        event.some(name::RESPONSE_PROMPT_TOKENS, input);
        event.some(name::RESPONSE_COMPLETION_TOKENS, output);
        event.some(name::RESPONSE_TOTAL_TOKENS, total);
    }
}

/// Tokens in, out and in all, as far as they are known and may be told.
pub(super) fn tokens(event_context: &EventContext<'_>) -> Option<[Option<i64>; 3]> {
    let usage = &event_context.call.usage;
    let (input, output) = (usage.input_tokens(), usage.output);
    let total = input.zip(output);
    let total = total.map(|(input, output)| input.saturating_add(output));
    let told = event_context.settings.track_token_usage && (input, output) != (None, None);
    told.then_some([input, output, total])
}

struct Messages<'a> {
    event_context: &'a EventContext<'a>,
    completion: &'a str,
    is_virtual: bool,
    sequence: i64,
}

impl Messages<'_> {
    /// `answered`: when, where it is one of the answer's.
    fn add(&mut self, role: &str, parts: &[Part], answered: Option<SystemTime>) {
        let event_context = self.event_context;
        let call = event_context.call;
        // The answer's id where it has one, so that the same message of two
        // sources is one.
        let id = call.response.id.as_deref();
        let id = id.map_or_else(new_id, |id| format!("{id}-{}", self.sequence));
        let mut event = event_context.event(event::MESSAGE, id);
        event.put(name::COMPLETION_ID, self.completion.to_owned());
        event.put(name::SEQUENCE, self.sequence);
        event.put(name::ROLE, role.to_owned());
        event.text(name::RESPONSE_MODEL, event_context.answered_by());
        if answered.is_some() {
            event.put(name::IS_RESPONSE, true);
        } else {
            event.some(name::TIMESTAMP, millis(event_context.started));
        }
        if tokens(event_context).is_some() {
            // The summary has them: without a 0 New Relic counts for itself.
            event.put(name::TOKEN_COUNT, 0_i64);
        }
        if self.is_virtual {
            event.put(name::VIRTUAL_LLM, true);
        }
        let content = text::of(parts);
        event.put(name::CONTENT, event_context.truncated_text(&content));
        let at = answered.unwrap_or(event_context.started);
        let whole = Attributes(event.0.clone());
        event_context.emit(event, at);
        event_context.whole(whole, &content, at);
        self.sequence = self.sequence.saturating_add(1);
    }
}

fn role<'a>(message: &'a Message, default: &'a str) -> &'a str {
    Some(message.role.as_ref())
        .filter(|role| !role.is_empty())
        .unwrap_or(default)
}
