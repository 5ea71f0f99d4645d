//! Any receiver of OTLP over HTTP.

use std::time::Duration;

use super::batching::resolve_batching;
use super::builder::Telemetry;
use super::endpoint::resolve_endpoint;
use super::env::{self, Env};
use super::headers::resolve_headers;
use super::limits::resolve_limits;
use super::resolve::{Remote, resolve_gzip, resolve_timeout};
use crate::Error;

pub(super) fn remote(settings: &Telemetry) -> Result<Remote, Error> {
    check_protocol(&settings.env)?;
    Ok(Remote {
        endpoint: resolve_endpoint(settings)?,
        headers: resolve_headers(settings)?,
        timeout: resolve_timeout(settings, Duration::from_secs(10))?,
        gzip: resolve_gzip(&settings.env)?,
        batching: resolve_batching(&settings.env)?,
        max_request: MAX_REQUEST,
        limits: resolve_limits(&settings.env, false)?,
        new_relic: false,
    })
}

/// A collector's port for gRPC answers HTTP with noise, so a wish for gRPC is
/// better refused than tried.
fn check_protocol(env: &Env) -> Result<(), Error> {
    match env.first(&[env::TRACES_PROTOCOL, env::PROTOCOL]) {
        Some((name, value)) if value.trim() != "http/protobuf" => Err(Error::invalid_setting(
            name,
            format_args!("{value:?} is not supported, only http/protobuf is"),
        )),
        _ => Ok(()),
    }
}

/// Collectors refuse bodies above 20 MiB by default, proxies often less.
const MAX_REQUEST: usize = 4_000_000;
