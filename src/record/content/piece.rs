//! One piece of content, as a redaction sees it.

use std::fmt;

use super::ContentKind;

/// One piece of content on its way into a span, as a redaction sees it.
///
/// [`MonitorOptions::redact_with`](crate::MonitorOptions::redact_with) passes
/// each piece to its closure before anything else reads it.
pub struct Content<'a> {
    kind: ContentKind,
    text: &'a mut String,
}

impl<'a> Content<'a> {
    /// Where the text comes from.
    #[must_use]
    pub fn kind(&self) -> ContentKind {
        self.kind
    }

    /// The text. Arguments and results of tools are JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text
    }

    /// The text, to change in place.
    pub fn text_mut(&mut self) -> &mut String {
        self.text
    }

    /// Replaces the text.
    pub fn set_text(&mut self, text: impl Into<String>) {
        *self.text = text.into();
    }

    pub(crate) fn new(kind: ContentKind, text: &'a mut String) -> Self {
        Self { kind, text }
    }
}

/// Shows kind and size; content never appears in `Debug`.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("kind", &self.kind)
            .field("bytes", &self.text.len())
            .finish()
    }
}
