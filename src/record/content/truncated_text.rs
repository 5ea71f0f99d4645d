//! Text that is stored up to a cap and knows its full length.

use std::borrow::Cow;
use std::fmt;
use std::io;

use super::media::data_url::DataUrl;
use super::{ContentKind, Redactor, media};

/// The first characters of a text, and how many there were in all.
///
/// Content is copied into this type alone. Characters beyond the cap are counted
/// but not stored, so neither a long prompt nor a long stream holds memory.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct TruncatedText {
    text: String,
    chars: usize,
    cap: usize,
}

impl TruncatedText {
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            text: String::new(),
            chars: 0,
            cap,
        }
    }

    pub(crate) fn copy(cap: usize, text: &str) -> Self {
        let mut truncated = Self::new(cap);
        match DataUrl::parse(text) {
            // Measured before it is truncated.
            Some(url) if url.len == text.len() => truncated.push(&url.media.to_string()),
            _ => truncated.push(text),
        }
        truncated
    }

    /// The text, truncated for an attribute or an event.
    pub(crate) fn truncate_str(limit: usize, text: &str) -> String {
        Self::copy(limit, text).truncated_to(limit).into_owned()
    }

    pub(crate) fn push(&mut self, more: &str) {
        let count = more.chars().count();
        let room = self.cap.saturating_sub(self.chars);
        self.text.push_str(first_chars(more, room, count));
        self.chars = self.chars.saturating_add(count);
    }

    /// Appends another text, which may be truncated itself.
    pub(crate) fn append(&mut self, other: &Self) {
        self.push(&other.text);
        let cut = other.chars.saturating_sub(other.stored_chars());
        self.chars = self.chars.saturating_add(cut);
    }

    /// The characters that were kept.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// How many characters were kept.
    pub(crate) fn stored_chars(&self) -> usize {
        self.chars.min(self.cap)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chars == 0
    }

    /// Whether all characters were kept.
    pub(crate) fn is_complete(&self) -> bool {
        self.chars <= self.cap
    }

    /// Removes media, then runs the redaction.
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>, kind: ContentKind) {
        let cut = self.chars.saturating_sub(self.stored_chars());
        match (
            redactor,
            media::remove_media(&self.text, !self.is_complete()),
        ) {
            (None, None) => return,
            (_, Some(cleaned)) => self.text = cleaned,
            _ => {}
        }
        if let Some(redactor) = redactor {
            redactor.apply(kind, &mut self.text);
        }
        let kept = self.text.chars().count();
        self.chars = kept.saturating_add(cut);
        self.cap = kept;
    }

    /// The text in at most `limit` characters. A longer text ends with a marker
    /// of its full length.
    pub(crate) fn truncated_to(&self, limit: usize) -> Cow<'_, str> {
        if self.chars <= limit && self.is_complete() {
            return Cow::Borrowed(&self.text);
        }
        let marker = format!("…[truncated, {} characters]", self.chars);
        let kept = self.stored_chars();
        let room = limit.saturating_sub(marker.chars().count());
        Cow::Owned(format!("{}{marker}", first_chars(&self.text, room, kept)))
    }
}

/// For JSON writers.
impl io::Write for TruncatedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows the size alone; content never appears in `Debug`.
impl fmt::Debug for TruncatedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TruncatedText({} characters)", self.chars)
    }
}

/// Copies text if content may be copied.
pub(crate) fn copy_text(cap: Option<usize>, text: &str) -> Option<TruncatedText> {
    cap.map(|cap| TruncatedText::copy(cap, text))
}

/// The first `limit` characters of a text that has `count`.
fn first_chars(text: &str, limit: usize, count: usize) -> &str {
    if count <= limit {
        return text;
    }
    match text.char_indices().nth(limit) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
