//! What became of the spans.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// What became of the spans so far, as [`TelemetryGuard::stats`] saw it.
///
/// Each finished span is counted in one of [`exported`](Self::exported),
/// [`dropped`](Self::dropped), [`failed`](Self::failed) and
/// [`rejected`](Self::rejected), or still waits. Spans left out by the sampler
/// or by the level are not counted, nor are those that end after the shutdown.
///
/// ```
/// use nr_bedrock_observability::Telemetry;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let telemetry = Telemetry::console().install()?;
/// tracing::info_span!("answer").in_scope(|| ());
/// telemetry.flush()?;
/// assert_eq!(telemetry.stats().exported(), 1);
/// # Ok(())
/// # }
/// ```
///
/// [`TelemetryGuard::stats`]: crate::TelemetryGuard::stats
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TelemetryStats {
    exported: u64,
    dropped: u64,
    failed: u64,
    truncated: u64,
    rejected: u64,
}

impl TelemetryStats {
    /// Spans that the receiver accepted, or that were printed.
    ///
    /// New Relic accepts before it looks inside: what it then finds wrong it
    /// reports as `NrIntegrationError` events.
    #[must_use]
    pub fn exported(&self) -> u64 {
        self.exported
    }

    /// Spans thrown away because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Spans that could not be delivered: no connection, or an answer other
    /// than success, after the last retry.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Attribute values shortened or left out to fit New Relic's limits, or
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. The console shortens nothing.
    #[must_use]
    pub fn truncated(&self) -> u64 {
        self.truncated
    }

    /// Spans that the receiver said it refused, in a request that it otherwise
    /// accepted (OTLP's partial success).
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    pub(super) fn lost(&self) -> u64 {
        self.dropped
            .saturating_add(self.failed)
            .saturating_add(self.rejected)
    }
}

/// The running counts, shared by the parts of the pipeline.
#[derive(Debug, Default)]
pub(super) struct Counters {
    waiting: AtomicU64,
    exported: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    truncated: AtomicU64,
    rejected: AtomicU64,
    said: AtomicBool,
    reported: AtomicU64,
    last_problem: Mutex<String>,
}

impl Counters {
    pub(super) fn stats(&self) -> TelemetryStats {
        TelemetryStats {
            exported: self.exported.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            failed: self.failed.load(Relaxed),
            truncated: self.truncated.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
        }
    }

    /// Takes a place in the queue, if one of `capacity` is free.
    pub(super) fn enter_queue(&self, capacity: u64) -> bool {
        let entered = self.waiting.fetch_add(1, Relaxed) < capacity;
        if !entered {
            self.waiting.fetch_sub(1, Relaxed);
            self.dropped.fetch_add(1, Relaxed);
        }
        entered
    }

    pub(super) fn leave_queue(&self, spans: u64) {
        self.waiting.fetch_sub(spans, Relaxed);
    }

    pub(super) fn waiting(&self) -> u64 {
        self.waiting.load(Relaxed)
    }

    pub(super) fn add_exported(&self, spans: u64) {
        self.exported.fetch_add(spans, Relaxed);
    }

    pub(super) fn add_dropped(&self, spans: u64) {
        self.dropped.fetch_add(spans, Relaxed);
    }

    pub(super) fn add_truncated(&self, values: u64) {
        self.truncated.fetch_add(values, Relaxed);
    }

    pub(super) fn add_rejected(&self, spans: u64, problem: String) {
        self.rejected.fetch_add(spans, Relaxed);
        self.remember(problem);
    }

    pub(super) fn add_failed(&self, spans: u64, problem: String) {
        self.failed.fetch_add(spans, Relaxed);
        self.remember(problem);
    }

    pub(super) fn last_problem(&self) -> String {
        self.last_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Spans lost since this was last asked.
    pub(super) fn take_unreported(&self) -> u64 {
        let lost = self.stats().lost();
        lost.saturating_sub(self.reported.swap(lost, Relaxed))
    }

    /// True for the first caller: a loss is said once, then only counted.
    pub(super) fn first_to_say(&self) -> bool {
        !self.said.swap(true, Relaxed)
    }

    fn remember(&self, problem: String) {
        *self
            .last_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = problem;
    }
}
