//! `LlmEmbedding`.

use super::chat::tokens;
use super::record::{EventContext, new_id};
use super::text;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(event_context: &EventContext<'_>) {
    let call = event_context.call;
    let mut event = event_context.event(event::EMBEDDING, new_id());
    event.put(name::DURATION, event_context.duration());
    event.text(name::REQUEST_MODEL, call.model.as_deref());
    event.text(name::RESPONSE_MODEL, event_context.answered_by());
    let [input, ..] = tokens(event_context).unwrap_or_default();
    event.some(name::RESPONSE_TOTAL_TOKENS, input);
    let parts = call.input.iter().flat_map(|message| &message.parts);
    let content = text::of(parts);
    if !content.is_empty() {
        event.put(name::INPUT, event_context.truncated_text(&content));
    }
    event_context.error(&mut event);
    event_context.emit(event, event_context.started);
}
