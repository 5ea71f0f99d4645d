//! Parses OpenSearch responses.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::rag::document::Document;
use crate::app::rag::hidden_text::HiddenText;

/// The hits of a search response; `None` for a body without hits.
pub(super) fn parse_hits(
    body: &[u8],
    excerpt_field: Option<&str>,
    with_excerpts: bool,
) -> Option<Vec<Document>> {
    #[derive(Deserialize)]
    struct Response {
        hits: Hits,
    }
    #[derive(Deserialize)]
    struct Hits {
        hits: Vec<Hit>,
    }
    #[derive(Deserialize)]
    struct Hit {
        #[serde(rename = "_index")]
        index: Option<String>,
        #[serde(rename = "_id")]
        id: Option<String>,
        #[serde(rename = "_score")]
        score: Option<f64>,
        #[serde(rename = "_source")]
        source: Option<Map<String, Value>>,
    }
    let response: Response = serde_json::from_slice(body).ok()?;
    let documents = response.hits.hits.into_iter().map(|hit| {
        let source = hit.source.filter(|_| with_excerpts);
        let excerpt = source.and_then(|source| find_excerpt(&source, excerpt_field));
        Document {
            id: hit.id,
            score: hit.score,
            source: hit.index,
            excerpt: excerpt.map(HiddenText),
        }
    });
    Some(documents.collect())
}

fn find_excerpt(source: &Map<String, Value>, field: Option<&str>) -> Option<String> {
    let text = |name: &str| source.get(name)?.as_str().map(str::to_owned);
    field
        .and_then(text)
        .or_else(|| EXCERPT_FIELDS.iter().find_map(|name| text(name)))
}

/// Type and reason of an error. Proxies in front of OpenSearch have other formats.
pub(super) fn parse_error(body: &[u8]) -> (Option<String>, Option<String>) {
    let response: Option<Value> = serde_json::from_slice(body).ok();
    let error = response.as_ref().and_then(|response| response.get("error"));
    let member = |name: &str| {
        let text = error.and_then(|error| error.get(name))?.as_str()?;
        Some(text.to_owned())
    };
    let plain = error.and_then(Value::as_str).map(str::to_owned);
    (member("type"), member("reason").or(plain))
}

/// Usual names of fields with passages.
const EXCERPT_FIELDS: &[&str] = &["text", "content", "passage", "body", "page_content"];
