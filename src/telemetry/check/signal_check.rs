//! [`SignalCheck`]: what became of the test item of one signal.

use std::time::Duration;

use crate::telemetry::config::effective_settings::EffectiveSignal;
use crate::telemetry::report::exchange::Exchange;
use crate::telemetry::report::stats::SignalStats;

/// What became of the test item of one signal, from
/// [`ExportCheck`](crate::ExportCheck).
#[derive(Clone, Debug)]
pub struct SignalCheck {
    pub(super) outcome: SignalOutcome,
    pub(super) problem: Option<String>,
    pub(super) exchange: Option<Exchange>,
}

/// Whether a signal arrives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignalOutcome {
    /// The receiver accepted the test item.
    Delivered,
    /// The receiver takes spans only, and answered HTTP 404, 405, 415 or 501 to this
    /// signal. Not a failure.
    Unsupported,
    /// The settings turn the signal off.
    Off,
    /// The signal does not arrive: see [`SignalCheck::problem`].
    Failed,
}

impl SignalCheck {
    /// Of a signal that is not sent.
    pub(super) fn off(settings: &EffectiveSignal) -> Self {
        let outcome = if settings.is_invalid() {
            SignalOutcome::Failed
        } else {
            SignalOutcome::Off
        };
        Self {
            outcome,
            problem: settings.off_reason().map(ToOwned::to_owned),
            exchange: None,
        }
    }

    /// `last_problem` is what the pipeline knows about a loss without an exchange.
    pub(super) fn new(
        exchange: Option<Exchange>,
        stats: SignalStats,
        last_problem: impl FnOnce() -> String,
    ) -> Self {
        let accepted = exchange.as_ref().is_some_and(|it| it.problem.is_none());
        let outcome = if stats.unsupported() > 0 {
            SignalOutcome::Unsupported
        } else if accepted {
            SignalOutcome::Delivered
        } else {
            SignalOutcome::Failed
        };
        let problem = exchange.as_ref().and_then(|it| it.problem.clone());
        let problem = problem.or_else(|| (!accepted).then(last_problem));
        Self {
            outcome,
            problem,
            exchange,
        }
    }

    /// Whether the signal arrives.
    #[must_use]
    pub fn outcome(&self) -> SignalOutcome {
        self.outcome
    }

    /// Why the signal does not arrive or is off. `None` if it arrives.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The HTTP status of the response. `None` without one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.exchange.as_ref()?.status
    }

    /// How long the exchange took, with the connection. `None` if nothing was sent.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.exchange.as_ref().map(|it| it.duration)
    }
}
