//! Passages that searches of knowledge bases return.

use crate::record::json::Json;
use crate::record::{Choice, Citation, Document, Part, Retrieval, copy_text};

/// Reads a search result, or the source of a citation.
pub(super) fn read_document(result: &Json<'_>, cap: Option<usize>) -> Document {
    let content = result.get("content");
    let text = content.and_then(|content| content.get_str("text"));
    Document {
        id: result
            .get_id("documentId")
            .or_else(|| read_location(result))
            .or_else(|| result.get("metadata")?.get_id(SOURCE_URI)),
        score: result.get_f64("score"),
        content: text.and_then(|text| copy_text(cap, text)),
        ..Document::default()
    }
}

/// The document's location: an S3 URI, a URL, or an id in its data source.
pub(super) fn read_location(result: &Json<'_>) -> Option<String> {
    let location = result.get("location")?;
    let Json::Object(members) = location else {
        return None;
    };
    let mut kinds = members.iter().filter(|(_, kind)| kind.is_object());
    kinds.find_map(|(_, kind)| LOCATION_KEYS.iter().find_map(|key| kind.get_id(key)))
}

/// Adds a cited passage once: an answer cites most passages several times.
/// Without content, all passages of a document count as one.
pub(super) fn push_cited_document(document: Document, retrieval: &mut Retrieval) {
    let documents = &mut retrieval.documents;
    let is_known = documents
        .iter()
        .any(|known| known.id == document.id && known.content == document.content);
    if is_known {
        return;
    }
    if documents.len() < MAX_DOCUMENTS {
        documents.push(document);
    } else {
        retrieval.omitted = retrieval.omitted.saturating_add(1);
    }
}

/// Adds a citation to the answer's text, each source once.
pub(super) fn cite_source(choice: &mut Choice, cap: Option<usize>, source: Option<&str>) {
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

/// Members of the kinds of locations. The query of a SQL location is left out: it
/// is derived from the question.
const LOCATION_KEYS: &[&str] = &["uri", "url", "id"];

/// The member of a passage's metadata that holds its location.
const SOURCE_URI: &str = "x-amz-bedrock-kb-source-uri";

/// Passages that are kept of one response.
const MAX_DOCUMENTS: usize = 512;
