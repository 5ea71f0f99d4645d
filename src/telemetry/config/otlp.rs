//! [`OtlpDestination`]: an OTLP receiver, and its settings without New Relic.

use std::time::Duration;

use super::batching::resolve_batch_options;
use super::endpoint::resolve_endpoint;
use super::environment::Environment;
use super::exporter_options::{resolve_gzip, resolve_signal_enabled, resolve_timeout};
use super::headers::resolve_headers;
use super::limits::resolve_limits;
use super::metrics::resolve_metric_options;
use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::export::exporter::MapPayload;
use crate::telemetry::export::metrics::MetricOptions;
use crate::telemetry::export::queue::BatchOptions;
use crate::telemetry::export::truncate::limits::AttributeLimits;
use crate::telemetry::signal::{PerSignal, Signal};
use crate::telemetry::signal_config::SignalConfig;

/// An OTLP/HTTP receiver.
#[derive(Debug)]
pub(super) struct OtlpDestination {
    /// `None` for a signal that is not exported.
    pub(super) signals: PerSignal<Option<SignalConfig>>,
    /// Settings that look wrong but may be intended.
    pub(super) warning: Option<String>,
    pub(super) batch_options: BatchOptions,
    pub(super) metric_options: MetricOptions,
    pub(super) limits: AttributeLimits,
    pub(super) map_payload: Option<MapPayload>,
}

pub(super) fn resolve_otlp(settings: &Settings) -> Result<OtlpDestination, Error> {
    let signals = PerSignal::from_fn(|signal| resolve_signal_config(settings, signal));
    Ok(OtlpDestination {
        signals: signals.transpose()?,
        warning: None,
        batch_options: resolve_batch_options(&settings.env)?,
        metric_options: resolve_metric_options(&settings.env, false)?,
        limits: resolve_limits(&settings.env, false)?,
        map_payload: None,
    })
}

fn resolve_signal_config(
    settings: &Settings,
    signal: Signal,
) -> Result<Option<SignalConfig>, Error> {
    if !resolve_signal_enabled(&settings.env, signal)? {
        return Ok(None);
    }
    let Some(endpoint) = resolve_endpoint(settings, signal)? else {
        return Ok(None);
    };
    check_protocol(&settings.env, signal)?;
    Ok(Some(SignalConfig {
        signal,
        endpoint,
        headers: resolve_headers(settings, signal)?,
        gzip: resolve_gzip(&settings.env, signal)?,
        timeout: resolve_timeout(settings, signal, TIMEOUT)?,
        max_request_bytes: usize::MAX,
        new_relic: false,
    }))
}

/// A collector's gRPC port does not answer HTTP usefully, so gRPC is rejected here.
fn check_protocol(env: &Environment, signal: Signal) -> Result<(), Error> {
    match env.get_first(&signal_variables(signal).protocol) {
        Some((name, value)) if value.trim() != "http/protobuf" => Err(Error::invalid_setting(
            name,
            format_args!("{value:?} is not supported, only http/protobuf is"),
        )),
        _ => Ok(()),
    }
}

/// OpenTelemetry's default.
const TIMEOUT: Duration = Duration::from_secs(10);
