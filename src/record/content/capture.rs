//! What may be captured, and how much of it.

use std::sync::Arc;

use super::scope::Places;
use super::{ContentKind, Redactor, redact};

/// Which signals get content, and how much of it. Set once for a client.
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) attributes: bool,
    pub(crate) events: bool,
    /// What a scope of the application may turn on.
    pub(crate) allowed: Places,
    /// Characters in one attribute or event.
    pub(crate) limit: usize,
    /// Characters to keep of each piece even if the limit is lower: `Llm*`
    /// events hold more than an attribute.
    pub(crate) min_kept: usize,
    /// The free text of feedback and evaluations.
    pub(crate) feedback_text: bool,
    /// The messages of errors, which may quote a request.
    pub(crate) error_messages: bool,
    pub(crate) redact: Option<Redactor>,
}

impl Capture {
    pub(crate) fn is_on(&self) -> bool {
        self.attributes || self.events
    }

    /// The cap of a call. A redaction sees more than is exported in the end: a
    /// secret that the limit cuts in two no longer looks like one.
    pub(crate) fn cap(&self) -> Option<usize> {
        if !self.is_on() {
            return None;
        }
        let seen = match self.redact {
            Some(_) => REDACTION_CAP.max(self.limit.saturating_add(REDACTION_MARGIN)),
            None => self.limit,
        };
        Some(seen.max(self.min_kept))
    }

    /// What may be captured in the current scope.
    pub(crate) fn in_scope(self: &Arc<Self>) -> Arc<Self> {
        let Some(scope) = Places::of_scope() else {
            return Arc::clone(self);
        };
        let places = scope.and(self.places().or(self.allowed));
        if places == self.places() {
            return Arc::clone(self);
        }
        let mut capture = Self::clone(self);
        capture.set_places(places);
        Arc::new(capture)
    }

    /// What both allow, with the redactions of both.
    pub(crate) fn intersect(&self, other: &Self) -> Self {
        let mut capture = self.clone();
        capture.set_places(self.places().and(other.places()));
        capture.allowed = self.allowed.and(other.allowed);
        capture.limit = self.limit.min(other.limit);
        capture.feedback_text &= other.feedback_text;
        capture.error_messages &= other.error_messages;
        capture.redact = match (&self.redact, &other.redact) {
            (Some(own), Some(other)) => Some(own.clone().and(other)),
            (own, other) => own.clone().or_else(|| other.clone()),
        };
        capture
    }

    /// Whether `other` would capture nothing that this does not, and redact no less.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        let places = self.places();
        let redacts_all = match (&self.redact, &other.redact) {
            (None, _) => true,
            (Some(own), Some(other)) => other.includes(own),
            (Some(_), None) => false,
        };
        places.and(other.places()) == other.places()
            && other.limit <= self.limit
            && other.feedback_text <= self.feedback_text
            && redacts_all
    }

    /// The text of feedback as it may leave the process.
    pub(crate) fn filter_feedback(&self, text: Option<String>) -> Option<String> {
        let mut text = text.filter(|_| self.feedback_text)?;
        redact(self.redact.as_ref(), ContentKind::Feedback, &mut text);
        Some(text)
    }

    /// For logs.
    pub(crate) fn describe(&self) -> String {
        let places = match (self.attributes, self.events) {
            (true, true) => "attributes and events",
            (true, false) => "attributes",
            (false, true) => "events",
            (false, false) => "off",
        };
        let redactions = self.redact.as_ref().map_or(0, Redactor::len);
        let feedback = if self.feedback_text { "on" } else { "off" };
        format!(
            "content {places}, limit {}, redactions {redactions}, feedback text {feedback}",
            self.limit
        )
    }

    fn places(&self) -> Places {
        Places {
            attributes: self.attributes,
            events: self.events,
        }
    }

    pub(crate) fn set_places(&mut self, places: Places) {
        (self.attributes, self.events) = (places.attributes, places.events);
    }
}

/// Characters of one piece that a redaction sees at most.
const REDACTION_CAP: usize = 65_536;

/// Characters beyond the limit that a redaction sees at least.
const REDACTION_MARGIN: usize = 4096;
