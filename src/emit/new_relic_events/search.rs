//! `LlmVectorSearch`, and an `LlmVectorSearchResult` for each document.

use super::event_context::{EventContext, new_id};
use crate::record::Retrieval;
use crate::record::content::TruncatedText;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit_search(event_context: &EventContext<'_>, retrieval: &Retrieval) {
    let search = new_id();
    let content =
        |text: &Option<TruncatedText>| text.as_ref().map(|text| event_context.truncate(text));
    let mut event = event_context.new_event(event::VECTOR_SEARCH, search.clone());
    event.push(name::DURATION, event_context.duration());
    event.push_if_some(name::REQUEST_K, retrieval.top_k);
    event.push_if_some(name::REQUEST_QUERY, content(&retrieval.query));
    event.push_if_some(
        name::RESPONSE_DOCUMENTS,
        i64::try_from(retrieval.documents.len()).ok(),
    );
    event_context.push_error(&mut event);
    event_context.emit(event, event_context.started);
    for (sequence, document) in (0_i64..).zip(&retrieval.documents) {
        let mut event = event_context.new_event(event::VECTOR_SEARCH_RESULT, new_id());
        event.push(name::SEARCH_ID, search.clone());
        event.push(name::SEQUENCE, sequence);
        event.push_if_some(name::PAGE_CONTENT, content(&document.content));
        event.push_text(name::METADATA_ID, document.id.as_deref());
        event.push_if_some(name::METADATA_SCORE, document.score);
        event.push_text(name::METADATA_SOURCE, document.source.as_deref());
        event_context.emit(event, event_context.ended);
    }
}
