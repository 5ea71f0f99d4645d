//! [`TelemetryStats`]: how many items were exported, lost or are waiting.

use crate::telemetry::signal::{PerSignal, Signal};

/// A snapshot of the pipeline's counts, from [`TelemetryGuard::stats`].
///
/// Counts items (spans, metric points, log records) in [`SignalStats`] for each
/// signal, and requests and bytes for all signals together.
///
/// ```
/// use nr_bedrock_observability::Telemetry;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let telemetry = Telemetry::console().install()?;
/// tracing::info_span!("answer").in_scope(|| ());
/// telemetry.flush()?;
/// assert_eq!(telemetry.stats().spans().exported(), 1);
/// # Ok(())
/// # }
/// ```
///
/// [`TelemetryGuard::stats`]: crate::TelemetryGuard::stats
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TelemetryStats {
    pub(super) signals: PerSignal<SignalStats>,
    pub(super) retried: u64,
    pub(super) split: u64,
    pub(super) bytes_sent: u64,
}

impl TelemetryStats {
    /// The counts of spans.
    #[must_use]
    pub fn spans(&self) -> SignalStats {
        self.signals.traces
    }

    /// The counts of metric points.
    #[must_use]
    pub fn metrics(&self) -> SignalStats {
        self.signals.metrics
    }

    /// The counts of log records: the application's, and New Relic's `Llm*`
    /// events.
    #[must_use]
    pub fn logs(&self) -> SignalStats {
        self.signals.logs
    }

    /// Requests that were sent again, after a network failure or a retryable
    /// response.
    #[must_use]
    pub fn retried(&self) -> u64 {
        self.retried
    }

    /// How often a request was split in two because it exceeded the receiver's
    /// size limit.
    #[must_use]
    pub fn split(&self) -> u64 {
        self.split
    }

    /// Bytes of all request bodies that were written to a connection, including
    /// retries.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.bytes_sent
    }

    pub(crate) fn get(&self, signal: Signal) -> &SignalStats {
        self.signals.get(signal)
    }
}

/// The counts of one signal.
///
/// Each item is counted in one of [`exported`](Self::exported),
/// [`dropped`](Self::dropped), [`failed`](Self::failed),
/// [`rejected`](Self::rejected) and [`unsupported`](Self::unsupported), or is still
/// [waiting](Self::waiting). Items excluded by the sampler or by the level, and items that end after the shutdown,
/// are not counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SignalStats {
    pub(super) exported: u64,
    pub(super) queue_full: u64,
    pub(super) expired: u64,
    pub(super) refused: u64,
    pub(super) stopped: u64,
    pub(super) rejected: u64,
    pub(super) unsupported: u64,
    pub(super) truncated: u64,
    pub(super) shortened: u64,
    pub(super) waiting: u64,
}

impl SignalStats {
    /// Items that the receiver accepted, or that were printed.
    ///
    /// New Relic accepts a request before it validates its content; it reports
    /// later findings as `NrIntegrationError` events.
    #[must_use]
    pub fn exported(&self) -> u64 {
        self.exported
    }

    /// Items dropped because the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queue_full
    }

    /// Items that could not be delivered, after the last retry: the sum of
    /// `deadline`, `refused` and `stopped` in [`losses`](Self::losses).
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.expired + self.refused + self.stopped
    }

    /// Items that the receiver rejected in a request that it otherwise accepted
    /// (OTLP's partial success).
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Metric points or log records that were discarded because the receiver takes
    /// spans only: it answered HTTP 404, 405, 415 or 501 to every request of the
    /// signal. Not a loss: `flush` and `shutdown` succeed. Turn the signal off with
    /// `OTEL_METRICS_EXPORTER=none` or `OTEL_LOGS_EXPORTER=none`.
    #[must_use]
    pub fn unsupported(&self) -> u64 {
        self.unsupported
    }

    /// Attribute values truncated, and attributes, span events and links removed, to
    /// fit New Relic's limits or OpenTelemetry's, such as
    /// `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`. The console truncates nothing.
    #[must_use]
    pub fn truncated(&self) -> u64 {
        self.truncated
    }

    /// Items that exceeded the size of a request on their own and were sent with
    /// their longest texts truncated.
    #[must_use]
    pub fn shortened(&self) -> u64 {
        self.shortened
    }

    /// Items queued or in flight.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Lost items by reason:
    ///
    /// | reason | cause |
    /// |---|---|
    /// | `queue_full` | the queue was full |
    /// | `deadline` | no attempt succeeded before the timeout |
    /// | `refused` | a response that rules out a retry |
    /// | `stopped` | the pipeline was stopped first |
    /// | `rejected` | rejected in a request that was otherwise accepted |
    pub fn losses(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("queue_full", self.queue_full),
            ("deadline", self.expired),
            ("refused", self.refused),
            ("stopped", self.stopped),
            ("rejected", self.rejected),
        ]
        .into_iter()
    }

    pub(crate) fn sum_losses(&self) -> u64 {
        self.losses().map(|(_, count)| count).sum()
    }
}
