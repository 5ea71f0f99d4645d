//! What an answer of OpenSearch says.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::retrieval::Document;

pub(super) struct Hit {
    pub(super) index: Option<String>,
    pub(super) id: Option<String>,
    pub(super) score: Option<f64>,
    pub(super) excerpt: Option<String>,
}

/// `None` where it holds no hits: an answer of another kind.
pub(super) fn read(body: &[u8], field: Option<&str>, excerpts: bool) -> Option<Vec<Document>> {
    #[derive(Deserialize)]
    struct Answer {
        hits: Hits,
    }
    #[derive(Deserialize)]
    struct Hits {
        hits: Vec<One>,
    }
    #[derive(Deserialize)]
    struct One {
        #[serde(rename = "_index")]
        index: Option<String>,
        #[serde(rename = "_id")]
        id: Option<String>,
        #[serde(rename = "_score")]
        score: Option<f64>,
        #[serde(rename = "_source")]
        source: Option<Map<String, Value>>,
    }
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let documents = answer.hits.hits.into_iter().map(|one| {
        let source = one.source.filter(|_| excerpts);
        Document::from(Hit {
            index: one.index,
            id: one.id,
            score: one.score,
            excerpt: source.and_then(|source| excerpt(&source, field)),
        })
    });
    Some(documents.collect())
}

fn excerpt(source: &Map<String, Value>, field: Option<&str>) -> Option<String> {
    let text = |name: &str| source.get(name)?.as_str().map(str::to_owned);
    field
        .and_then(text)
        .or_else(|| FIELDS.iter().find_map(|name| text(name)))
}

/// Type and reason of an error, as far as the body tells: errors before
/// OpenSearch, of a proxy, have another form.
pub(super) fn error(body: &[u8]) -> (Option<String>, Option<String>) {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let error = answer.as_ref().and_then(|answer| answer.get("error"));
    let text = |name: &str| {
        let told = error.and_then(|error| error.get(name))?;
        told.as_str().map(str::to_owned)
    };
    let plain = error.and_then(Value::as_str).map(str::to_owned);
    (text("type"), text("reason").or(plain))
}

/// What fields with passages are called.
const FIELDS: &[&str] = &["text", "content", "passage", "body", "page_content"];
