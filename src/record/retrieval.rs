//! A search for documents: its query and its results.

use super::content::{ContentKind, Redactor, TruncatedText, media};

#[derive(Debug, Default)]
pub(crate) struct Retrieval {
    pub(crate) query: Option<TruncatedText>,
    pub(crate) top_k: Option<i64>,
    pub(crate) documents: Vec<Document>,
    /// Documents of the response that are not recorded.
    pub(crate) omitted: usize,
}

/// One result, in the order of the response.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The document's id or address.
    pub(crate) id: Option<String>,
    pub(crate) score: Option<f64>,
    /// The application's name for the source.
    pub(crate) source: Option<String>,
    /// The position in the documents that the caller sent, from 0.
    pub(crate) index: Option<i64>,
    pub(crate) content: Option<TruncatedText>,
}

impl Retrieval {
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        if let Some(query) = &mut self.query {
            query.redact(redactor, ContentKind::Input);
        }
        for document in &mut self.documents {
            if let Some(content) = &mut document.content {
                content.redact(redactor, ContentKind::RetrievedDocument);
            }
            // Its address is no content, and may be a presigned URL.
            for address in [&mut document.id, &mut document.source] {
                let cleaned = address.as_deref();
                let cleaned = cleaned.and_then(|text| media::remove_media(text, false));
                *address = cleaned.or(address.take());
            }
        }
    }
}
