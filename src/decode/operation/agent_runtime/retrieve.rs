//! Retrieve: a search in a knowledge base.

use super::documents::read_document;
use super::guardrail::{read_guardrail, record_guardrail};
use super::knowledge_base::{name_search, read_top_k};
use super::text::get_text;
use crate::decode::operation::operation_trait::Table;
use crate::record::json::Json;
use crate::record::{Call, Retrieval, copy_text};
use crate::semconv::operation::RETRIEVAL;

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    retrieve(RetrieveInput, RetrieveError)
        |input, call| {
            name_search(input.knowledge_base_id.as_deref(), call);
            if let Some(guardrail) = &input.guardrail_configuration {
                record_guardrail(&guardrail.guardrail_id, &guardrail.guardrail_version, call);
            }
        }
        .name_operation(RETRIEVAL)
        .read_request_with(read_search)
        .read_response_with(read_results);
};

fn read_search(body: &Json<'_>, call: &mut Call) {
    read_guardrail(body.get("guardrailConfiguration"), call);
    let query = get_text(body, &["retrievalQuery", "text"]);
    call.retrieval = Some(Retrieval {
        query: query.and_then(|query| copy_text(call.cap(), query)),
        top_k: read_top_k(body),
        ..Retrieval::default()
    });
}

fn read_results(body: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let results = body.get_array("retrievalResults").iter();
    let documents = results.map(|result| read_document(result, cap));
    let retrieval = call.retrieval.get_or_insert_default();
    retrieval.documents.extend(documents);
    call.guardrail.action = body.get_string("guardrailAction").map(Into::into);
}
