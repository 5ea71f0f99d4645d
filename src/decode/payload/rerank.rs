//! Models that order documents by a query: Cohere Rerank, Amazon Rerank.

use super::Family;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Part, Usage, clip};
use crate::semconv::operation::RERANK;

#[derive(Debug)]
pub(super) struct Rerank;

impl Family for Rerank {
    fn operation(&self) -> &'static str {
        RERANK
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.name().is_some_and(|name| name.starts_with("rerank"))
    }

    fn request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let (Some(query), Some(Json::Array(documents))) =
            (body.string("query"), body.get("documents"))
        else {
            return false;
        };
        call.operation = Some(RERANK);
        if let Some(cap) = call.cap() {
            let documents = documents.iter().map(|document| Part::Other {
                kind: "document",
                name: None,
                text: Some(match document.str().or_else(|| document.string("text")) {
                    Some(text) => crate::record::content::Clip::of(cap, text),
                    None => document.clip(cap),
                }),
            });
            let query = clip(Some(cap), query).map(Part::text);
            let parts = query.into_iter().chain(documents.take(MAX_DOCUMENTS));
            call.input = vec![Message::new("user", parts.collect())];
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let results = body.list("results");
        let scored = |result: &Json<'_>| SCORES.iter().any(|key| result.has(key));
        if !results.iter().any(scored) {
            return false;
        }
        call.response.id = body.id("id");
        if let Some(units) = body.at(&["meta", "billed_units"]) {
            call.usage.update(&Usage {
                input: units.count("input_tokens"),
                ..Usage::default()
            });
        }
        let Some(cap) = call.cap() else { return true };
        if let Some(choice) = call.choice(0) {
            let ranking = Part::Other {
                kind: "ranking",
                name: None,
                text: Some(crate::record::json::to_clip(&results, cap)),
            };
            choice.message = Message::new("assistant", vec![ranking]);
        }
        true
    }
}

/// Documents that are kept of one request.
const MAX_DOCUMENTS: usize = 512;

const SCORES: &[&str] = &["relevance_score", "relevanceScore"];
