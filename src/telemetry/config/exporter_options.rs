//! Exporter settings that all receivers share.

use std::time::Duration;

use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code > environment > `default`, which depends on the receiver.
pub(super) fn resolve_timeout(
    settings: &Settings,
    signal: Signal,
    default: Duration,
) -> Result<Duration, Error> {
    match settings.timeout {
        Some(Duration::ZERO) => Err(Error::invalid_setting(
            "timeout",
            "the timeout must be above 0",
        )),
        Some(timeout) => Ok(timeout),
        None => {
            let names = signal_variables(signal).timeout;
            let default = u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
            let expected = "a number of milliseconds above 0";
            let millis = settings.env.parse_number(&names, expected, 1, default);
            Ok(Duration::from_millis(millis))
        }
    }
}
