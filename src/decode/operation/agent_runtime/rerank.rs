//! Rerank: documents of the caller, ordered by their relevance to a query.

use super::text::get_text;
use crate::decode::operation::member_id::{count_items, last_segment};
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Document, Retrieval, copy_text};
use crate::semconv::RERANK_DOCUMENT_COUNT;
use crate::semconv::operation::RERANK;

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    rerank(RerankInput, RerankError)
        |input, call| {
            let documents = count_items(input.sources.as_ref());
            call.extra_attributes
                .insert_if_some(RERANK_DOCUMENT_COUNT, documents);
            let configuration = input.reranking_configuration.as_ref();
            let bedrock = configuration.and_then(|it| it.bedrock_reranking_configuration.as_ref());
            let model = bedrock.and_then(|it| it.model_configuration.as_ref());
            if let Some(model) = model {
                // The model is named by its ARN.
                set_span_name(RERANK, Some(last_segment(&model.model_arn)), call);
                call.model = Some(model.model_arn.clone());
            }
        }
        .name_operation(RERANK)
        .record_request_members(&[(RERANK_DOCUMENT_COUNT, "sources")])
        .read_request_with(read_query)
        .read_response_with(read_ranking);
};

fn read_query(body: &Json<'_>, call: &mut Call) {
    let query = body.get_array("queries").first();
    let query = query.and_then(|query| get_text(query, &["textQuery", "text"]));
    let search = body.get_path(&["rerankingConfiguration", "bedrockRerankingConfiguration"]);
    call.retrieval = Some(Retrieval {
        query: query.and_then(|text| copy_text(call.cap(), text)),
        top_k: search.and_then(|search| search.get_count("numberOfResults")),
        ..Retrieval::default()
    });
}

fn read_ranking(body: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let results = body.get_array("results").iter().take(MAX_RESULTS);
    let results = results.map(|result| Document {
        score: result.get_f64("relevanceScore"),
        index: result.get_count("index"),
        content: result
            .get("document")
            .and_then(|document| copy_document(document, cap)),
        ..Document::default()
    });
    let retrieval = call.retrieval.get_or_insert_default();
    retrieval.documents.extend(results);
}

/// Copies a text document, or the JSON document of the caller.
fn copy_document(document: &Json<'_>, cap: Option<usize>) -> Option<TruncatedText> {
    match get_text(document, &["textDocument", "text"]) {
        Some(text) => copy_text(cap, text),
        None => Some(document.get("jsonDocument")?.to_truncated_text(cap?)),
    }
}

/// Results that are kept of one response.
const MAX_RESULTS: usize = 1024;
