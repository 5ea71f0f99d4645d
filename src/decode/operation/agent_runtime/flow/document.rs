//! Documents: the values that flow from node to node.

use crate::record::content::TruncatedText;
use crate::record::copy_text;
use crate::record::json::Json;

/// Copies the document of a field: text as it is, any other value as JSON.
pub(super) fn copy_document(field: &Json<'_>, cap: usize) -> Option<TruncatedText> {
    let document = field.get_path(&["content", "document"])?;
    match document.as_str() {
        Some(text) => copy_text(Some(cap), text),
        None => Some(document.to_truncated_text(cap)),
    }
}

/// Fields that are kept of one input or output.
pub(super) const MAX_FIELDS: usize = 64;
