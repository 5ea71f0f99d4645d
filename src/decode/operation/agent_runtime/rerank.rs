//! Rerank: documents that the caller has, in the order of a query.

use aws_sdk_bedrockagentruntime::operation::rerank::{RerankError, RerankInput};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Document, Retrieval, copy_text};
use crate::semconv::RERANK_DOCUMENT_COUNT;
use crate::semconv::operation::RERANK as OPERATION;

pub(super) static RERANK: Typed<RerankInput, RerankError> = Typed::new(SERVICE, "Rerank")
    .named(OPERATION)
    .ids(|input: &RerankInput, call| {
        let configuration = input.reranking_configuration.as_ref();
        let bedrock = configuration.and_then(|it| it.bedrock_reranking_configuration.as_ref());
        let model = bedrock.and_then(|it| it.model_configuration.as_ref());
        // Models are named by their ARNs here, of which the last part tells
        // them apart.
        let model = model.map(|it| it.model_arn.as_str());
        call.span_name = model.map(|arn| {
            let (_, name) = arn.rsplit_once('/').unwrap_or(("", arn));
            format!("{OPERATION} {name}").into()
        });
        call.model = model.map(str::to_owned);
        let sources = input.sources.as_ref().map(Vec::len);
        let sources = sources.and_then(|count| i64::try_from(count).ok());
        call.extra_attributes
            .insert_if_some(RERANK_DOCUMENT_COUNT, sources);
    })
    .sent(|body, call| {
        let query = body.get_array("queries").first();
        let query = query.and_then(|query| query.get_path(&["textQuery", "text"])?.as_str());
        let asked = body.get_path(&["rerankingConfiguration", "bedrockRerankingConfiguration"]);
        call.retrieval = Some(Retrieval {
            query: query.and_then(|text| copy_text(call.cap(), text)),
            top_k: asked.and_then(|asked| asked.get_count("numberOfResults")),
            documents: Vec::new(),
        });
    })
    .answered(|body, call| {
        let cap = call.cap();
        let results = body.get_array("results").iter();
        let results = results.map(|result| Document {
            score: result.get_f64("relevanceScore"),
            index: result.get_count("index"),
            content: result.get("document").and_then(|it| content(it, cap)),
            ..Document::default()
        });
        let ranking = call.retrieval.get_or_insert_default();
        ranking.documents.extend(results.take(MAX_RESULTS));
    });

/// A document that came back with its rank: a text, or a JSON of the caller's.
fn content(document: &Json<'_>, cap: Option<usize>) -> Option<TruncatedText> {
    let text = document.get_path(&["textDocument", "text"]);
    match text.and_then(Json::as_str) {
        Some(text) => copy_text(cap, text),
        None => document
            .get("jsonDocument")
            .zip(cap)
            .map(|(it, cap)| it.to_truncated_text(cap)),
    }
}

/// Results that are kept of one answer.
const MAX_RESULTS: usize = 1024;
