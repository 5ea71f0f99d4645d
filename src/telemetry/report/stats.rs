//! What became of what was sent.

use crate::telemetry::signal::Signal;

/// What became of the spans so far, and of metrics and logs, as
/// [`TelemetryGuard::stats`] saw it.
///
/// Each finished span is counted in one of [`exported`](Self::exported),
/// [`dropped`](Self::dropped), [`failed`](Self::failed) and
/// [`rejected`](Self::rejected), or still [waits](Self::waiting). Spans left out
/// by the sampler or by the level are not counted, nor are those that end after
/// the shutdown.
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
    pub(super) spans: SignalStats,
    pub(super) metrics: SignalStats,
    pub(super) logs: SignalStats,
    pub(super) retried: u64,
    pub(super) split: u64,
    pub(super) bytes_sent: u64,
}

impl TelemetryStats {
    /// Spans that the receiver accepted, or that were printed.
    ///
    /// New Relic accepts before it looks inside: what it then finds wrong it
    /// reports as `NrIntegrationError` events.
    #[must_use]
    pub fn exported(&self) -> u64 {
        self.spans.exported()
    }

    /// Spans thrown away because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.spans.dropped()
    }

    /// Spans that could not be delivered: no connection, or an answer other
    /// than success, after the last retry.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.spans.failed()
    }

    /// Attribute values of spans shortened or left out to fit New Relic's
    /// limits, or `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. The console shortens
    /// nothing.
    #[must_use]
    pub fn truncated(&self) -> u64 {
        self.spans.truncated()
    }

    /// Spans that the receiver said it refused, in a request that it otherwise
    /// accepted (OTLP's partial success).
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.spans.rejected()
    }

    /// Spans that were too large for a request of their own, and were sent with
    /// their longest texts cut.
    #[must_use]
    pub fn shortened(&self) -> u64 {
        self.spans.shortened()
    }

    /// Spans that have ended and of which nothing is known yet.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.spans.waiting()
    }

    /// Requests that were sent again: after a failure of the network, or an
    /// answer that asks for it.
    #[must_use]
    pub fn retried(&self) -> u64 {
        self.retried
    }

    /// Times that a request was cut in two, because it was larger than the
    /// receiver takes.
    #[must_use]
    pub fn split(&self) -> u64 {
        self.split
    }

    /// Bytes of all requests, as they went over the wire, retries included.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.bytes_sent
    }

    /// The same counts for metric points.
    #[must_use]
    pub fn metrics(&self) -> SignalStats {
        self.metrics
    }

    /// The same counts for log records: the application's, and New Relic's
    /// `Llm*` events.
    #[must_use]
    pub fn logs(&self) -> SignalStats {
        self.logs
    }

    pub(in crate::telemetry) fn of(&self, signal: Signal) -> &SignalStats {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.spans,
        }
    }
}

/// What became of one kind of telemetry.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SignalStats {
    pub(super) exported: u64,
    pub(super) queue_full: u64,
    pub(super) expired: u64,
    pub(super) refused: u64,
    pub(super) stopped: u64,
    pub(super) rejected: u64,
    pub(super) truncated: u64,
    pub(super) shortened: u64,
    pub(super) waiting: u64,
}

impl SignalStats {
    /// Accepted by the receiver.
    #[must_use]
    pub fn exported(&self) -> u64 {
        self.exported
    }

    /// Thrown away because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queue_full
    }

    /// Not delivered: the sum of what [`losses`](Self::losses) has as
    /// `deadline`, `refused` and `stopped`.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.expired + self.refused + self.stopped
    }

    /// Refused in a request that was otherwise accepted.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Attribute values shortened or left out.
    #[must_use]
    pub fn truncated(&self) -> u64 {
        self.truncated
    }

    /// Too large for a request of their own, and sent with their longest texts
    /// cut.
    #[must_use]
    pub fn shortened(&self) -> u64 {
        self.shortened
    }

    /// Of which nothing is known yet.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// What was lost, by reason:
    ///
    /// | reason | what happened |
    /// |---|---|
    /// | `queue_full` | too many waited |
    /// | `deadline` | no try succeeded in the time for a request |
    /// | `refused` | an answer that no other try would change |
    /// | `stopped` | the pipeline was stopped before |
    /// | `rejected` | refused in a request that was otherwise accepted |
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

    pub(crate) fn lost(&self) -> u64 {
        self.losses().map(|(_, count)| count).sum()
    }
}
