//! `LlmEmbedding`.

use super::chat::tokens;
use super::record::{About, new_id};
use super::text;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(about: &About<'_>) {
    let call = about.call;
    let mut event = about.event(event::EMBEDDING, new_id());
    event.put(name::DURATION, about.duration());
    event.text(name::REQUEST_MODEL, call.model.as_deref());
    event.text(name::RESPONSE_MODEL, about.answered_by());
    let [input, ..] = tokens(about).unwrap_or_default();
    event.some(name::RESPONSE_TOTAL_TOKENS, input);
    let parts = call.input.iter().flat_map(|message| &message.parts);
    let content = text::of(parts);
    if !content.is_empty() {
        event.put(name::INPUT, about.within(&content));
    }
    about.error(&mut event);
    about.emit(event, about.started);
}
