//! `LlmVectorSearch`, and an `LlmVectorSearchResult` for each document.

use super::record::{EventContext, new_id};
use crate::record::content::TruncatedText;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(event_context: &EventContext<'_>) {
    let Some(found) = &event_context.call.retrieval else {
        return;
    };
    let search = new_id();
    let content =
        |clip: &Option<TruncatedText>| clip.as_ref().map(|clip| event_context.truncated_text(clip));
    let mut event = event_context.event(event::VECTOR_SEARCH, search.clone());
    event.put(name::DURATION, event_context.duration());
    event.some(name::REQUEST_K, found.top_k);
    event.some(name::REQUEST_QUERY, content(&found.query));
    event.some(
        name::RESPONSE_DOCUMENTS,
        i64::try_from(found.documents.len()).ok(),
    );
    event_context.error(&mut event);
    event_context.emit(event, event_context.started);
    for (sequence, document) in (0_i64..).zip(&found.documents) {
        let mut event = event_context.event(event::VECTOR_SEARCH_RESULT, new_id());
        event.put(name::SEARCH_ID, search.clone());
        event.put(name::SEQUENCE, sequence);
        event.some(name::PAGE_CONTENT, content(&document.content));
        event.text(name::METADATA_ID, document.id.as_deref());
        event.some(name::METADATA_SCORE, document.score);
        event.text(name::METADATA_SOURCE, document.source.as_deref());
        event_context.emit(event, event_context.ended);
    }
}
