//! The user's redaction.

use super::media::remove_media;
use super::{Content, ContentKind};
use crate::record::user_closure::UserClosure;

/// The closure set by `MonitorOptions::redact_with`.
pub(crate) type Redactor = UserClosure<RedactFn>;

pub(crate) type RedactFn = dyn Fn(&mut Content<'_>) + Send + Sync;

impl Redactor {
    /// Redacts one text. If the closure panics the text is withheld: unredacted
    /// text must not leave the process.
    pub(super) fn apply(&self, kind: ContentKind, text: &mut String) {
        let redacted = self.call(|redact| redact(&mut Content::new(kind, text)));
        if redacted.is_none() {
            WITHHELD.clone_into(text);
        }
    }
}

/// Removes media and credentials of URLs from a text, then runs the user's
/// redaction over it. The content of calls passes here or through
/// `TruncatedText::redact` before it is emitted; texts of feedback do not.
pub(crate) fn redact(redactor: Option<&Redactor>, kind: ContentKind, text: &mut String) {
    if let Some(cleaned) = remove_media(text, false) {
        *text = cleaned;
    }
    if let Some(redactor) = redactor {
        redactor.apply(kind, text);
    }
}

const WITHHELD: &str = "[withheld: the redaction failed]";
