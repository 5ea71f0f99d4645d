//! The user's redaction.

use std::any::TypeId;
use std::sync::Arc;

use super::media::remove_media;
use super::{Content, ContentKind};
use crate::record::user_closure::UserClosure;

/// The closures set by `MonitorOptions::redact_with`, in the order in which they run.
#[derive(Clone, Debug)]
pub(crate) struct Redactor(Vec<Redaction>);

type RedactFn = dyn Fn(&mut Content<'_>) + Send + Sync;

#[derive(Clone, Debug)]
struct Redaction {
    closure: UserClosure<RedactFn>,
    /// The type of a closure that captures nothing: all closures of the type do
    /// the same.
    stateless: Option<TypeId>,
}

impl Redactor {
    pub(crate) fn new<F: Fn(&mut Content<'_>) + Send + Sync + 'static>(redact: F) -> Self {
        let stateless = (size_of::<F>() == 0).then(TypeId::of::<F>);
        Self(vec![Redaction {
            closure: UserClosure::new("redact_with", Arc::new(redact)),
            stateless,
        }])
    }

    /// The closures of both, each once.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for redaction in &other.0 {
            if !self.contains(redaction) {
                self.0.push(redaction.clone());
            }
        }
        self
    }

    /// Whether all closures of `other` run here too.
    pub(super) fn includes(&self, other: &Self) -> bool {
        other.0.iter().all(|redaction| self.contains(redaction))
    }

    /// The number of closures.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Redacts one text. If a closure panics the text is withheld: unredacted text
    /// must not leave the process.
    pub(super) fn apply(&self, kind: ContentKind, text: &mut String) {
        for redaction in &self.0 {
            let redact = |redact: &RedactFn| redact(&mut Content::new(kind, text));
            if redaction.closure.call(redact).is_none() {
                WITHHELD.clone_into(text);
                return;
            }
        }
    }

    fn contains(&self, redaction: &Redaction) -> bool {
        self.0.iter().any(|known| {
            let is_same_type = known.stateless.is_some() && known.stateless == redaction.stateless;
            is_same_type || known.closure.is_same(&redaction.closure)
        })
    }
}

/// Removes media and credentials of URLs from a text, then runs the user's
/// redaction over it. All content passes here or through `TruncatedText::redact`
/// before it is emitted.
pub(crate) fn redact(redactor: Option<&Redactor>, kind: ContentKind, text: &mut String) {
    if let Some(cleaned) = remove_media(text, false) {
        *text = cleaned;
    }
    if let Some(redactor) = redactor {
        redactor.apply(kind, text);
    }
}

const WITHHELD: &str = "[withheld: the redaction failed]";
