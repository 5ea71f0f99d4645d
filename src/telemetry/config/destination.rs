//! From settings to a destination.

use std::time::Duration;

use super::batching::Batching;
use super::builder::{Goal, Telemetry};
use super::environment as env;
use super::environment::Env;
use super::metrics::MetricForm;
use super::{new_relic, otlp};
use crate::Error;
use crate::telemetry::export::truncate::limits::Limits;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

/// Where telemetry goes, with everything that is needed to bring it there.
#[derive(Debug)]
pub(crate) enum Destination {
    Console,
    Disabled,
    Remote(Box<Remote>),
}

/// An OTLP/HTTP receiver.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) traces: Option<Route>,
    pub(crate) metrics: Option<Route>,
    pub(crate) logs: Option<Route>,
    /// What looks wrong, although it may be meant.
    pub(crate) warning: Option<String>,
    pub(crate) batching: Batching,
    pub(crate) metric_form: MetricForm,
    pub(crate) limits: Limits,
    /// Whether telemetry is put into New Relic's form.
    pub(crate) new_relic: bool,
}

/// `OTEL_SDK_DISABLED` > the destination named in code > license key (code,
/// environment) > endpoint (code, environment) > console.
pub(crate) fn resolve_destination(settings: &Telemetry) -> Result<Destination, Error> {
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
pub(crate) fn resolve_timeout(
    settings: &Telemetry,
    signal: Signal,
    default: Duration,
) -> Result<Duration, Error> {
    let names = signal.variables().timeout;
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

/// The signal's variable > the generic variable > gzip.
pub(crate) fn resolve_gzip(env: &Env, signal: Signal) -> Result<bool, Error> {
    let names = signal.variables().compression;
    let gzip = env.choice(&names, &[("gzip", true), ("none", false)])?;
    Ok(gzip.unwrap_or(true))
}

/// `OTEL_<signal>_EXPORTER`: `otlp` or `none`, by default the former.
pub(crate) fn resolve_wanted(env: &Env, signal: Signal) -> Result<bool, Error> {
    let name = signal.variables().exporter;
    let wanted = env.choice(&[name], &[("otlp", true), ("none", false)])?;
    Ok(wanted.unwrap_or(true))
}

fn resolve_disabled(env: &Env) -> Result<bool, Error> {
    let disabled = env.choice(&[env::SDK_DISABLED], &[("true", true), ("false", false)])?;
    Ok(disabled.unwrap_or(false))
}

fn has_key(settings: &Telemetry) -> bool {
    settings.license_key.is_some()
        || settings
            .env
            .first(&[env::LICENSE_KEY, env::INSERT_KEY])
            .is_some()
}

fn has_endpoint(settings: &Telemetry) -> bool {
    let of_traces = Signal::Traces.variables().endpoint;
    settings.endpoint.is_some() || settings.env.first(&[of_traces, env::ENDPOINT]).is_some()
}
