//! Warnings about the set-up: each is logged once, and not before a subscriber
//! listens. Settings are often read before the application has set its subscriber.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// One warning, logged at most once per process. Made for a `static`.
#[derive(Debug)]
pub(crate) struct WarnOnce(AtomicBool);

impl WarnOnce {
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// As [`log`](Self::log), at level DEBUG: for what may be meant.
    ///
    /// The target has hyphens: a filter that disables this crate's spans and warnings
    /// may still let the hint about it through.
    pub(crate) fn hint(&self, text: impl FnOnce() -> String) {
        if !self.0.load(Relaxed)
            && tracing::event_enabled!(target: HINTS, tracing::Level::DEBUG)
            && !self.0.swap(true, Relaxed)
        {
            tracing::debug!(target: HINTS, "{}", text());
        }
    }

    /// Logs the text, unless it was logged before or no subscriber listens yet.
    pub(crate) fn log(&self, text: impl FnOnce() -> String) {
        if !self.0.load(Relaxed) && is_anyone_listening() && !self.0.swap(true, Relaxed) {
            warn(&text());
        }
    }
}

/// Warnings that wait for a subscriber.
#[derive(Default)]
pub(crate) struct PendingWarnings {
    texts: Mutex<Vec<String>>,
    /// Whether there may be any, to keep the lock off the path of a call.
    any: AtomicBool,
}

/// The warnings of the instrumentation's settings. Logged when a call starts.
pub(crate) static PROCESS_WARNINGS: PendingWarnings = PendingWarnings::new();

impl PendingWarnings {
    pub(crate) const fn new() -> Self {
        Self {
            texts: Mutex::new(Vec::new()),
            any: AtomicBool::new(false),
        }
    }

    /// Keeps a warning until [`log`](Self::log).
    pub(crate) fn push(&self, text: impl Into<String>) {
        let text = text.into();
        let mut pending = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if !pending.contains(&text) {
            pending.push(text);
        }
        self.any.store(true, Relaxed);
    }

    /// Logs what waits, if anyone listens.
    pub(crate) fn log(&self) {
        if !self.any.load(Relaxed) || !is_anyone_listening() {
            return;
        }
        let mut pending = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(false, Relaxed);
        let taken = std::mem::take(&mut *pending);
        // A subscriber is foreign code and must not run under the lock.
        drop(pending);
        for text in &taken {
            warn(text);
        }
    }

    /// The warnings that wait.
    pub(crate) fn to_vec(&self) -> Vec<String> {
        let pending = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        pending.clone()
    }
}

impl fmt::Debug for PendingWarnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.to_vec()).finish()
    }
}

const HINTS: &str = "nr-bedrock-observability";

fn is_anyone_listening() -> bool {
    tracing::event_enabled!(target: crate::TARGET, tracing::Level::WARN)
}

fn warn(text: &str) {
    tracing::warn!(target: crate::TARGET, "{text}");
}
