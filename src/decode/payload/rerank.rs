//! Models that rank documents for a query: Cohere Rerank, Amazon Rerank.

use super::billed_units::read_billed_units;
use super::format::PayloadFormat;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Part, copy_text};
use crate::semconv::operation::RERANK;

#[derive(Debug)]
pub(super) struct Rerank;

impl PayloadFormat for Rerank {
    fn operation(&self) -> &'static str {
        RERANK
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["rerank"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let (Some(query), Some(Json::Array(documents))) =
            (body.get_str("query"), body.get("documents"))
        else {
            return false;
        };
        call.operation = Some(RERANK);
        if let Some(cap) = call.cap() {
            let documents = documents.iter().map(|document| Part::Other {
                kind: "document",
                name: None,
                text: Some(
                    match document.as_str().or_else(|| document.get_str("text")) {
                        Some(text) => crate::record::content::TruncatedText::copy(cap, text),
                        None => document.to_truncated_text(cap),
                    },
                ),
            });
            let query = copy_text(Some(cap), query).map(Part::text);
            let parts = query.into_iter().chain(documents.take(MAX_DOCUMENTS));
            call.input = vec![Message::new("user", parts.collect())];
        }
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let results = body.get_array("results");
        let scored = |result: &Json<'_>| SCORES.iter().any(|key| result.contains_key(key));
        if !results.iter().any(scored) {
            return false;
        }
        call.response.id = body.get_id("id");
        read_billed_units(body, call);
        let Some(cap) = call.cap() else { return true };
        if let Some(choice) = call.choice_mut(0) {
            let ranking = Part::Other {
                kind: "ranking",
                name: None,
                text: Some(crate::record::json::serialize_truncated(&results, cap)),
            };
            choice.message = Message::new("assistant", vec![ranking]);
        }
        true
    }
}

/// Documents kept of one request.
const MAX_DOCUMENTS: usize = 512;

const SCORES: &[&str] = &["relevance_score", "relevanceScore"];
