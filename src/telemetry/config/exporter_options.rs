//! Exporter settings that all receivers share.

use std::time::Duration;

use super::environment::Environment;
use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code > environment > `default`, which depends on the destination.
pub(super) fn resolve_timeout(
    settings: &Settings,
    signal: Signal,
    default: Duration,
) -> Result<Duration, Error> {
    let names = signal_variables(signal).timeout;
    let timeout = match (settings.timeout, settings.env.get_first(&names)) {
        (Some(timeout), _) => Some(("timeout", timeout)),
        (None, Some((name, _))) => settings
            .env
            .parse(name, "a number of milliseconds")?
            .map(|millis| (name, Duration::from_millis(millis))),
        (None, None) => None,
    };
    match timeout {
        Some((name, Duration::ZERO)) => {
            Err(Error::invalid_setting(name, "the timeout must be above 0"))
        }
        Some((_, timeout)) => Ok(timeout),
        None => Ok(default),
    }
}

/// The signal's variable > the generic variable > gzip.
pub(super) fn resolve_gzip(env: &Environment, signal: Signal) -> Result<bool, Error> {
    let names = signal_variables(signal).compression;
    let gzip = env.parse_choice(&names, &[("gzip", true), ("none", false)])?;
    Ok(gzip.unwrap_or(true))
}

/// `OTEL_<signal>_EXPORTER`: `otlp` or `none`, by default `otlp`.
pub(super) fn resolve_signal_enabled(env: &Environment, signal: Signal) -> Result<bool, Error> {
    let name = signal_variables(signal).exporter;
    let enabled = env.parse_choice(&[name], &[("otlp", true), ("none", false)])?;
    Ok(enabled.unwrap_or(true))
}
