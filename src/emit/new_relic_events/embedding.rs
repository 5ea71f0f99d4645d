//! `LlmEmbedding`.

use super::chat::count_tokens;
use super::event_context::{EventContext, new_id};
use super::text::join_parts;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit_embedding(event_context: &EventContext<'_>) {
    let call = event_context.call;
    let mut event = event_context.new_event(event::EMBEDDING, new_id());
    event.push(name::DURATION, event_context.duration());
    event.push_text(name::REQUEST_MODEL, call.model.as_deref());
    event.push_text(name::RESPONSE_MODEL, event_context.response_model());
    let [input, ..] = count_tokens(event_context).unwrap_or_default();
    event.push_if_some(name::RESPONSE_TOTAL_TOKENS, input);
    let parts = call.input.iter().flat_map(|message| &message.parts);
    let content = join_parts(parts);
    if !content.is_empty() {
        event.push(name::INPUT, event_context.truncate(&content));
    }
    event_context.push_error(&mut event);
    event_context.emit(event, event_context.started);
}
