//! Passages of documents, as searches of knowledge bases give them.

use crate::record::json::Json;
use crate::record::{Choice, Citation, Document, Part, Retrieval, copy_text};

/// Reads one result: of a search, or behind a citation.
pub(super) fn document(result: &Json<'_>, cap: Option<usize>) -> Document {
    let content = result.get("content");
    let text = content.and_then(|content| content.get_str("text"));
    Document {
        id: result
            .get_id("documentId")
            .or_else(|| address(result))
            .or_else(|| result.get("metadata")?.get_id(SOURCE_URI)),
        score: result.get_f64("score"),
        content: text.and_then(|text| copy_text(cap, text)),
        ..Document::default()
    }
}

/// Where the document lies: an S3 URI, a URL, an id of the data source's own.
pub(super) fn address(result: &Json<'_>) -> Option<String> {
    let location = result.get("location")?;
    let Json::Object(members) = location else {
        return None;
    };
    let mut places = members.iter().filter(|(_, place)| place.is_object());
    places.find_map(|(_, place)| ADDRESSES.iter().find_map(|key| place.get_id(key)))
}

/// Adds a passage that is cited, unless it is there: an answer cites most of
/// them more than once. Where content may not be copied, passages of one
/// document are one.
pub(super) fn cited(document: Document, found: &mut Retrieval) {
    let documents = &mut found.documents;
    let is_known = documents
        .iter()
        .any(|known| known.id == document.id && known.content == document.content);
    if !is_known && documents.len() < MAX_DOCUMENTS {
        documents.push(document);
    }
}

/// Notes on the answer's text where what it says was found, each place once.
pub(super) fn cite(choice: &mut Choice, cap: Option<usize>, source: Option<&str>) {
    let Some(source) = source.and_then(|source| copy_text(cap, source)) else {
        return;
    };
    let cited = Citation {
        title: None,
        source: Some(source),
    };
    let is_it = |part: &Part| match part {
        Part::Text { citations, .. } => citations.iter().any(|known| known.source == cited.source),
        _ => false,
    };
    if !choice.message.parts.iter().any(is_it) {
        choice.push_citation(cap, 0, cited);
    }
}

/// What the kinds of locations call their address. The query of a database is
/// none: it is made of the question.
const ADDRESSES: &[&str] = &["uri", "url", "id"];

/// The address, in the metadata that the service keeps of each passage.
const SOURCE_URI: &str = "x-amz-bedrock-kb-source-uri";

/// Passages that are kept of one answer.
const MAX_DOCUMENTS: usize = 512;
