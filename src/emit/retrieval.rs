//! A search and its results, as attributes.

use serde::Serialize;
use serde::ser::Serializer;

use super::attributes::Attributes;
use super::json;
use crate::record::content::{Capture, TruncatedText};
use crate::record::{Document, Retrieval};
use crate::semconv;

/// Where content may not be said, documents are their ids and scores.
pub(super) fn attributes(retrieval: &Retrieval, capture: &Capture, attributes: &mut Attributes) {
    let limit = capture.limit;
    attributes.some(semconv::RETRIEVAL_TOP_K, retrieval.top_k);
    let query = retrieval.query.as_ref().filter(|_| capture.attributes);
    let query = query.map(|query| query.truncated_to(limit).into_owned());
    attributes.some(semconv::RETRIEVAL_QUERY_TEXT, query);
    if !retrieval.documents.is_empty() {
        let documents = json::documents(&retrieval.documents, capture.attributes, limit);
        attributes.put(semconv::RETRIEVAL_DOCUMENTS, documents);
    }
}

/// A document, with at most so many characters of its passage.
pub(super) struct OneDocument<'a> {
    pub(super) document: &'a Document,
    pub(super) content: Option<(&'a TruncatedText, usize)>,
}

impl Serialize for OneDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            index: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            score: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            source: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            content: Option<std::borrow::Cow<'a, str>>,
        }
        Form {
            id: self.document.id.as_deref(),
            index: self.document.index,
            score: self.document.score,
            source: self.document.source.as_deref(),
            content: self.content.map(|(content, cap)| content.truncated_to(cap)),
        }
        .serialize(serializer)
    }
}
