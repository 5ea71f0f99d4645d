//! What may be captured, and how much of it.

use super::Redactor;

/// Which signals get content, and how much of it. Set once for a client.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) attributes: bool,
    pub(crate) events: bool,
    /// Characters in one attribute or event.
    pub(crate) limit: usize,
    /// Characters to keep of each piece even if the limit is lower: `Llm*`
    /// events hold more than an attribute.
    pub(crate) min_kept: usize,
    pub(crate) redact: Option<Redactor>,
}

impl Capture {
    /// The cap of a call. A redaction sees more than is exported in the end: a
    /// secret that the limit cuts in two no longer looks like one.
    pub(crate) fn cap(&self) -> Option<usize> {
        if !self.attributes && !self.events {
            return None;
        }
        let seen = match self.redact {
            Some(_) => REDACTION_CAP.max(self.limit.saturating_add(REDACTION_MARGIN)),
            None => self.limit,
        };
        Some(seen.max(self.min_kept))
    }
}

/// Characters of one piece that a redaction sees at most.
const REDACTION_CAP: usize = 65_536;

/// Characters beyond the limit that a redaction sees at least.
const REDACTION_MARGIN: usize = 4096;
