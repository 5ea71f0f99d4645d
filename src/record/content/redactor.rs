//! The user's redaction.

use std::fmt;
use std::sync::Arc;

use super::media::remove_media;
use super::{Content, ContentKind};

/// The user's redaction. Its closure must not panic: `config` guards it.
#[derive(Clone)]
pub(crate) struct Redactor(Arc<RedactFn>);

type RedactFn = dyn Fn(&mut Content<'_>) + Send + Sync;

impl Redactor {
    pub(crate) fn new(redact: impl Fn(&mut Content<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(redact))
    }

    pub(super) fn apply(&self, kind: ContentKind, text: &mut String) {
        (self.0)(&mut Content::new(kind, text));
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(..)")
    }
}

/// Removes media and credentials of URLs from a text, then runs the user's
/// redaction over it. Every piece of content passes here before it leaves.
pub(crate) fn redact(redactor: Option<&Redactor>, kind: ContentKind, text: &mut String) {
    if let Some(cleaned) = remove_media(text) {
        *text = cleaned;
    }
    if let Some(redactor) = redactor {
        redactor.apply(kind, text);
    }
}
