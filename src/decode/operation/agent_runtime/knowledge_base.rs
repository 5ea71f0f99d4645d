//! The knowledge base of a search.

use crate::decode::operation::span_name::set_span_name;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::operation::RETRIEVAL;
use crate::semconv::{DATA_SOURCE_ID, KNOWLEDGE_BASE_ID};

/// Names the span of a search after its knowledge base.
pub(super) fn name_search(knowledge_base: Option<&str>, call: &mut Call) {
    set_span_name(RETRIEVAL, knowledge_base, call);
    record_knowledge_base(knowledge_base, call);
}

/// Records the id under both names that the conventions have for it.
pub(super) fn record_knowledge_base(id: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(KNOWLEDGE_BASE_ID, id);
    call.extra_attributes.insert_text(DATA_SOURCE_ID, id);
}

/// The number of results that a search asks for.
pub(super) fn read_top_k(body: &Json<'_>) -> Option<i64> {
    let search = body.get("retrievalConfiguration")?;
    let mut kinds = SEARCHES.iter();
    kinds.find_map(|kind| search.get(kind)?.get_count("numberOfResults"))
}

const SEARCHES: &[&str] = &["vectorSearchConfiguration", "managedSearchConfiguration"];
