//! From settings to a destination.

use std::time::Duration;

use http::{HeaderMap, Uri};

use super::batching::Batching;
use super::builder::{Goal, Telemetry};
use super::env::{self, Env};
use super::limits::Limits;
use super::{new_relic, otlp};
use crate::Error;

/// Where spans go, with everything that is needed to bring them there.
#[derive(Debug)]
pub(super) enum Destination {
    Console,
    Disabled,
    Remote(Box<Remote>),
}

/// An OTLP/HTTP receiver.
#[derive(Debug)]
pub(super) struct Remote {
    pub(super) endpoint: Uri,
    /// Sent with each request; secrets are marked sensitive.
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) gzip: bool,
    pub(super) batching: Batching,
    /// Estimated bytes of one request, before compression.
    pub(super) max_request: usize,
    pub(super) limits: Limits,
    /// Whether spans are put into New Relic's form.
    pub(super) new_relic: bool,
}

/// `OTEL_SDK_DISABLED` > the destination named in code > license key (code,
/// environment) > endpoint (code, environment) > console.
pub(super) fn resolve_destination(settings: &Telemetry) -> Result<Destination, Error> {
    let env = &settings.env;
    if resolve_disabled(env)? {
        return Ok(Destination::Disabled);
    }
    let remote = match settings.goal {
        Goal::NewRelic => new_relic::remote(settings)?,
        Goal::Otlp => otlp::remote(settings)?,
        Goal::Auto if has_key(settings) => new_relic::remote(settings)?,
        Goal::Auto if has_endpoint(settings) => otlp::remote(settings)?,
        Goal::Auto | Goal::Console => return Ok(Destination::Console),
    };
    Ok(Destination::Remote(Box::new(remote)))
}

/// Code > `default`, which the destination chooses after the environment.
pub(super) fn resolve_timeout(settings: &Telemetry, default: Duration) -> Result<Duration, Error> {
    let names = [env::TRACES_TIMEOUT, env::TIMEOUT];
    let timeout = match (settings.timeout, settings.env.first(&names)) {
        (Some(timeout), _) => Some(("timeout", timeout)),
        (None, Some((name, _))) => settings
            .env
            .parse(name, "a number of milliseconds")?
            .map(|millis| (name, Duration::from_millis(millis))),
        (None, None) => None,
    };
    match timeout {
        Some((name, Duration::ZERO)) => Err(Error::invalid_setting(
            name,
            "a timeout of 0 delivers nothing",
        )),
        Some((_, timeout)) => Ok(timeout),
        None => Ok(default),
    }
}

/// Traces variable > generic variable > gzip.
pub(super) fn resolve_gzip(env: &Env) -> Result<bool, Error> {
    match env.first(&[env::TRACES_COMPRESSION, env::COMPRESSION]) {
        None => Ok(true),
        Some((_, value)) if value.trim().eq_ignore_ascii_case("gzip") => Ok(true),
        Some((_, value)) if value.trim().eq_ignore_ascii_case("none") => Ok(false),
        Some((name, value)) => Err(Error::invalid_setting(
            name,
            format_args!("{value:?} is neither gzip nor none"),
        )),
    }
}

fn resolve_disabled(env: &Env) -> Result<bool, Error> {
    match env.get(env::SDK_DISABLED) {
        None => Ok(false),
        Some(value) if value.trim().eq_ignore_ascii_case("true") => Ok(true),
        Some(value) if value.trim().eq_ignore_ascii_case("false") => Ok(false),
        Some(value) => Err(Error::invalid_setting(
            env::SDK_DISABLED,
            format_args!("{value:?} is neither true nor false"),
        )),
    }
}

fn has_key(settings: &Telemetry) -> bool {
    settings.license_key.is_some()
        || settings
            .env
            .first(&[env::LICENSE_KEY, env::INSERT_KEY])
            .is_some()
}

fn has_endpoint(settings: &Telemetry) -> bool {
    settings.endpoint.is_some()
        || settings
            .env
            .first(&[env::TRACES_ENDPOINT, env::ENDPOINT])
            .is_some()
}
