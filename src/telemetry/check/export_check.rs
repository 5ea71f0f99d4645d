//! [`ExportCheck`]: whether telemetry arrives.

use super::signal_check::{SignalCheck, SignalOutcome};
use super::variables::UnreadVariables;
use crate::telemetry::config::effective_settings::EffectiveSettings;
use crate::telemetry::signal::{PerSignal, Signal};

/// Whether telemetry arrives: the result of
/// [`Telemetry::check`](crate::Telemetry::check).
///
/// [`Display`](std::fmt::Display) prints it for people, [`to_json`](Self::to_json)
/// for programs. Holds no keys and no values of headers.
#[derive(Clone, Debug)]
pub struct ExportCheck {
    pub(super) settings: EffectiveSettings,
    pub(super) signals: PerSignal<SignalCheck>,
    pub(super) trace_id: Option<String>,
    pub(super) clock_offset: Option<i64>,
    pub(super) unread: UnreadVariables,
}

impl ExportCheck {
    /// Whether everything that is configured arrives: at least one signal was
    /// [delivered](SignalOutcome::Delivered), and none has
    /// [failed](SignalOutcome::Failed).
    #[must_use]
    pub fn is_ok(&self) -> bool {
        let any = |outcome| self.signals.iter().any(|it| it.outcome == outcome);
        any(SignalOutcome::Delivered) && !any(SignalOutcome::Failed)
    }

    /// The settings that the check used, with the warnings about the environment.
    #[must_use]
    pub fn settings(&self) -> &EffectiveSettings {
        &self.settings
    }

    /// The check of spans.
    #[must_use]
    pub fn spans(&self) -> &SignalCheck {
        self.signals.get(Signal::Traces)
    }

    /// The check of metrics.
    #[must_use]
    pub fn metrics(&self) -> &SignalCheck {
        self.signals.get(Signal::Metrics)
    }

    /// The check of log records.
    #[must_use]
    pub fn logs(&self) -> &SignalCheck {
        self.signals.get(Signal::Logs)
    }

    /// The trace id of the test span. `None` if none was sent.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// By how many seconds this machine's clock is ahead of the receiver's, by the
    /// `Date` of its response; negative if it is behind. `None` without a `Date`.
    /// Backends misplace or drop telemetry that is too old or in the future: more than
    /// 60 s deserve attention.
    #[must_use]
    pub fn clock_offset_seconds(&self) -> Option<i64> {
        self.clock_offset
    }

    pub(super) fn is_clock_off(&self) -> bool {
        self.clock_offset
            .is_some_and(|seconds| seconds.unsigned_abs() > MAX_CLOCK_OFFSET)
    }

    /// Variables that are set under a name that is probably misspelled, with the name
    /// that was probably meant. Known only for the environment of the process.
    pub fn typos(&self) -> impl Iterator<Item = (&str, &str)> {
        let typos = self.unread.typos.iter();
        typos.map(|(set, meant)| (set.as_str(), meant.as_str()))
    }

    /// Variables of OpenTelemetry and New Relic that are set and have no effect here.
    pub fn unsupported_variables(&self) -> impl Iterator<Item = &str> {
        self.unread.unsupported.iter().map(String::as_str)
    }
}

/// Seconds.
const MAX_CLOCK_OFFSET: u64 = 60;
