//! A document that a retrieval returned.

use super::hidden_text::HiddenText;
use crate::record;
use crate::record::{Call, copy_text};

/// A document that a retrieval returned.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) id: Option<String>,
    pub(super) score: Option<f64>,
    pub(super) source: Option<String>,
    pub(super) excerpt: Option<HiddenText>,
}

impl Document {
    /// A document with its id.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// Sets the relevance score, on the scale of the search. Unset by default.
    #[must_use]
    pub fn score(self, score: f64) -> Self {
        Self {
            score: Some(score),
            ..self
        }
    }

    /// Sets the origin: a file, a URL, a title. It is not content and is recorded
    /// even with content capture off. Unset by default.
    #[must_use]
    pub fn source(self, source: impl Into<String>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Sets the passage that matched, or its beginning. Unset by default.
    #[must_use]
    pub fn excerpt(self, text: impl Into<String>) -> Self {
        Self {
            excerpt: Some(HiddenText(text.into())),
            ..self
        }
    }

    fn into_record(self, cap: Option<usize>) -> record::Document {
        record::Document {
            id: self.id,
            score: self.score.filter(|score| score.is_finite()),
            source: self.source,
            index: None,
            content: self.excerpt.and_then(|text| copy_text(cap, &text.0)),
        }
    }
}

/// Records the documents of a result on its call.
pub(super) fn record_documents(documents: Vec<Document>, call: &mut Call) {
    let cap = call.cap();
    if let Some(retrieval) = &mut call.retrieval {
        retrieval.omitted = documents.len().saturating_sub(MAX_DOCUMENTS);
        let documents = documents.into_iter().take(MAX_DOCUMENTS);
        retrieval.documents = documents.map(|it| it.into_record(cap)).collect();
    }
}

/// Documents recorded of one retrieval.
const MAX_DOCUMENTS: usize = 128;
