//! `SearchRegistryRecords`: a search for agents, tools and skills in registries.

use crate::decode::operation::member_id::last_segment;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::record::json::Json;
use crate::record::{Call, Document, Retrieval, copy_text};
use crate::semconv::agentcore::REGISTRY_ID;
use crate::semconv::operation::RETRIEVAL;
use crate::semconv::{DATA_SOURCE_ID, RESULT_COUNT};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    search_registry_records(SearchRegistryRecordsInput, SearchRegistryRecordsError)
        |input, call| {
            // The service accepts exactly one registry.
            let registry = input.registry_ids().first().map(String::as_str);
            set_span_name(RETRIEVAL, registry.map(last_segment), call);
            call.extra_attributes.insert_text(REGISTRY_ID, registry);
            call.extra_attributes.insert_text(DATA_SOURCE_ID, registry);
        }
        .name_operation(RETRIEVAL)
        .read_request_with(|body, call| {
            let query = body.get_str("searchQuery");
            call.retrieval = Some(Retrieval {
                query: query.and_then(|query| copy_text(call.cap(), query)),
                top_k: body.get_count("maxResults"),
                ..Retrieval::default()
            });
        })
        .record_response_members(&[(RESULT_COUNT, "registryRecords")])
        .read_response_with(read_records);
};

/// Records have no score. What they describe is not read: descriptors may hold
/// the schemas and the endpoints of tools.
fn read_records(body: &Json<'_>, call: &mut Call) {
    let records = body.get_array("registryRecords").iter();
    let documents = records.map(|record| Document {
        id: record.get_id("recordId"),
        ..Document::default()
    });
    let retrieval = call.retrieval.get_or_insert_default();
    retrieval.documents.extend(documents);
}
