//! Any receiver of OTLP over HTTP.

use std::time::Duration;

use super::batching::resolve_batching;
use super::builder::Telemetry;
use super::destination::{Remote, resolve_gzip, resolve_timeout, resolve_wanted};
use super::endpoint::resolve_endpoint;
use super::environment::Env;
use super::headers::resolve_headers;
use super::metrics::resolve_metric_form;
use crate::Error;
use crate::telemetry::export::truncate::limits::resolve_limits;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

pub(crate) fn remote(settings: &Telemetry) -> Result<Remote, Error> {
    Ok(Remote {
        traces: route(settings, Signal::Traces)?,
        metrics: route(settings, Signal::Metrics)?,
        logs: route(settings, Signal::Logs)?,
        warning: None,
        batching: resolve_batching(&settings.env)?,
        metric_form: resolve_metric_form(&settings.env, false)?,
        limits: resolve_limits(&settings.env, false)?,
        new_relic: false,
    })
}

fn route(settings: &Telemetry, signal: Signal) -> Result<Option<Route>, Error> {
    if !resolve_wanted(&settings.env, signal)? {
        return Ok(None);
    }
    let Some(endpoint) = resolve_endpoint(settings, signal)? else {
        return Ok(None);
    };
    check_protocol(&settings.env, signal)?;
    Ok(Some(Route {
        signal,
        endpoint,
        headers: resolve_headers(settings, signal)?,
        gzip: resolve_gzip(&settings.env, signal)?,
        deadline: resolve_timeout(settings, signal, DEADLINE)?,
        max_wire: usize::MAX,
        new_relic: false,
    }))
}

/// A collector's port for gRPC answers HTTP with noise, so a wish for gRPC is
/// better refused than tried.
fn check_protocol(env: &Env, signal: Signal) -> Result<(), Error> {
    match env.first(&signal.variables().protocol) {
        Some((name, value)) if value.trim() != "http/protobuf" => Err(Error::invalid_setting(
            name,
            format_args!("{value:?} is not supported, only http/protobuf is"),
        )),
        _ => Ok(()),
    }
}

/// As OpenTelemetry has it for an export.
const DEADLINE: Duration = Duration::from_secs(10);
