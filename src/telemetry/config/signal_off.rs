//! [`SignalOff`]: why a signal is not exported.

use super::environment::Environment;
use crate::Error;
use crate::telemetry::signal::{PerSignal, Signal};

/// The reason why a signal is not exported. It names the setting.
#[derive(Clone, Debug)]
pub(super) struct SignalOff {
    pub(super) reason: String,
    /// Whether the reason is an invalid value, which deserves a warning.
    pub(super) invalid: bool,
}

impl SignalOff {
    pub(super) fn intended(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            invalid: false,
        }
    }

    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            invalid: true,
        }
    }
}

impl From<Error> for SignalOff {
    fn from(error: Error) -> Self {
        Self::invalid(error.to_string())
    }
}

/// Warns once per reason, and names the signals that it turns off.
pub(super) fn warn_signals_off<T>(env: &Environment, signals: &PerSignal<Result<T, SignalOff>>) {
    let invalid = |signal: Signal| {
        let off = signals.get(signal).as_ref().err()?;
        off.invalid.then_some((off.reason.as_str(), signal))
    };
    let order = [Signal::Traces, Signal::Metrics, Signal::Logs];
    let off: Vec<_> = order.into_iter().filter_map(invalid).collect();
    for (reason, _) in &off {
        let same = off.iter().filter(|(other, _)| other == reason);
        let names: Vec<&str> = same.map(|(_, signal)| plural_name(*signal)).collect();
        // The same text again for the next signal of this reason is kept once.
        env.warn(format!("{reason}; not exported: {}", names.join(", ")));
    }
}

fn plural_name(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "logs",
        Signal::Metrics => "metrics",
        Signal::Traces => "spans",
    }
}
