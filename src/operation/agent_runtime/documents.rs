//! Passages of documents, as searches of knowledge bases give them.

use crate::call::{Document, clip};
use crate::json::Json;

/// Reads one result: of a search, or behind a citation.
pub(super) fn document(result: &Json<'_>, cap: Option<usize>) -> Document {
    let content = result.get("content");
    let text = content.and_then(|content| content.string("text"));
    Document {
        id: result.id("documentId").or_else(|| address(result)),
        score: result.float("score"),
        content: text.and_then(|text| clip(cap, text)),
    }
}

/// Where the document lies: an S3 URI, a URL, an id of the data source's own.
pub(super) fn address(result: &Json<'_>) -> Option<String> {
    let location = result.get("location")?;
    let Json::Object(members) = location else {
        return None;
    };
    let mut places = members.iter().filter(|(_, place)| place.is_object());
    places.find_map(|(_, place)| ADDRESSES.iter().find_map(|key| place.id(key)))
}

/// What the kinds of locations call their address.
const ADDRESSES: &[&str] = &["uri", "url", "id", "query"];
