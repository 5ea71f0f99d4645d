//! `gen_ai.retrieval.documents`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::list::{Omit, list_to_json};
use super::part::serialize_if_some;
use crate::emit::truncate::TextLengths;
use crate::record::Document;

/// Documents with or without their passages. The order is the ranking.
pub(in crate::emit) fn documents_to_json(
    documents: &[Document],
    with_passages: bool,
    limit: usize,
) -> String {
    let length = |document: &Document| match &document.content {
        Some(content) if with_passages => content.stored_chars(),
        _ => 0,
    };
    let lengths: Vec<_> = documents.iter().map(length).collect();
    let lengths = TextLengths::per_item(&lengths);
    list_to_json(
        &documents.iter(),
        lengths,
        limit,
        Omit::Last,
        |document, truncation| JsonDocument {
            document,
            text_limit: with_passages.then_some(truncation.text_limit),
        },
    )
}

struct JsonDocument<'a> {
    document: &'a Document,
    /// Characters of the passage; `None` to leave it out.
    text_limit: Option<usize>,
}

impl Serialize for JsonDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = self.document;
        let passage = document.content.as_ref().zip(self.text_limit);
        let passage = passage.map(|(text, limit)| text.truncated_to(limit));
        let mut map = serializer.serialize_map(None)?;
        serialize_if_some(&mut map, "id", document.id.as_ref())?;
        serialize_if_some(&mut map, "index", document.index.as_ref())?;
        serialize_if_some(&mut map, "score", document.score.as_ref())?;
        serialize_if_some(&mut map, "source", document.source.as_ref())?;
        serialize_if_some(&mut map, "content", passage.as_ref())?;
        map.end()
    }
}
