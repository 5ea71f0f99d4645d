//! Exporter settings that all receivers share.

use std::time::Duration;

use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code > environment > `default`, which depends on the receiver. With the setting that
/// won.
pub(super) fn resolve_timeout(
    settings: &Settings,
    signal: Signal,
    default: Duration,
) -> Result<(Duration, &'static str), Error> {
    match settings.timeout {
        Some(Duration::ZERO) => Err(Error::invalid_setting(
            "timeout",
            "the timeout must be above 0",
        )),
        Some(timeout) => Ok((timeout, "timeout")),
        None => {
            let names = signal_variables(signal).timeout;
            let default = u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
            let expected = "a number of milliseconds above 0";
            let (env, text) = (&settings.env, default.to_string());
            let found = env.first_valid_variable(&names, expected, &text, |value| {
                value.parse().ok().filter(|millis| *millis > 0)
            });
            let (source, millis) = found.unwrap_or(("default", default));
            Ok((Duration::from_millis(millis), source))
        }
    }
}
