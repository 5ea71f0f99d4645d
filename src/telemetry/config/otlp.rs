//! [`OtlpDestination`]: an OTLP receiver, and its settings without New Relic.

use std::time::Duration;

use super::batching::{resolve_log_batching, resolve_span_batching};
use super::compression::resolve_compression;
use super::endpoint::resolve_endpoint;
use super::exporter_choice::{ExporterChoice, resolve_exporter};
use super::exporter_options::resolve_timeout;
use super::headers::resolve_headers;
use super::license_key::complete_api_key;
use super::limits::resolve_limits;
use super::metrics::resolve_metric_options;
use super::protocol::check_protocol;
use super::settings::Settings;
use super::signal_off::{SignalOff, warn_signals_off};
use crate::Error;
use crate::telemetry::export::metrics::MetricOptions;
use crate::telemetry::export::queue::BatchOptions;
use crate::telemetry::export::truncate::limits::AttributeLimits;
use crate::telemetry::signal::{PerSignal, Signal};
use crate::telemetry::signal_config::SignalConfig;

/// An OTLP/HTTP receiver.
#[derive(Debug)]
pub(super) struct OtlpDestination {
    pub(super) signals: PerSignal<Result<SignalConfig, SignalOff>>,
    /// Whether spans are printed: `OTEL_TRACES_EXPORTER=console`.
    pub(super) console: bool,
    pub(super) span_batching: BatchOptions,
    pub(super) log_batching: BatchOptions,
    pub(super) metric_options: MetricOptions,
    pub(super) limits: PerSignal<AttributeLimits>,
}

impl OtlpDestination {
    /// The settings that all receivers share. Warns of signals that are off because
    /// of an invalid value.
    pub(super) fn new(
        settings: &Settings,
        signals: PerSignal<Result<SignalConfig, SignalOff>>,
    ) -> Self {
        let env = &settings.env;
        warn_signals_off(env, &signals);
        let new_relic = |signal| signals.get(signal).as_ref().is_ok_and(|it| it.new_relic);
        let traces = resolve_exporter(env, Signal::Traces);
        Self {
            console: matches!(traces, ExporterChoice::Console),
            span_batching: resolve_span_batching(env),
            log_batching: resolve_log_batching(env),
            metric_options: resolve_metric_options(env, new_relic(Signal::Metrics)),
            limits: PerSignal::from_fn(|signal| resolve_limits(env, signal, new_relic(signal))),
            signals,
        }
    }

    /// Whether any signal is sent to New Relic.
    pub(super) fn is_new_relic(&self) -> bool {
        self.signals.iter().flatten().any(|config| config.new_relic)
    }
}

pub(super) fn resolve_otlp(settings: &Settings) -> Result<OtlpDestination, Error> {
    let signals = PerSignal::from_fn(|signal| resolve_signal_config(settings, signal));
    Ok(OtlpDestination::new(settings, signals.transpose()?))
}

fn resolve_signal_config(
    settings: &Settings,
    signal: Signal,
) -> Result<Result<SignalConfig, SignalOff>, Error> {
    if let Some(off) = resolve_signal_off(settings, signal) {
        return Ok(Err(off));
    }
    let endpoint = match resolve_endpoint(settings, signal)? {
        Ok(endpoint) => endpoint,
        Err(off) => return Ok(Err(off)),
    };
    check_protocol(&settings.env, signal, &endpoint);
    let mut headers = resolve_headers(settings, signal)?;
    let new_relic = endpoint.is_new_relic();
    if new_relic {
        complete_api_key(settings, &endpoint, &mut headers)?;
    }
    let default_timeout = if new_relic {
        NEW_RELIC_TIMEOUT
    } else {
        TIMEOUT
    };
    Ok(Ok(SignalConfig {
        signal,
        endpoint: endpoint.url,
        source: endpoint.source,
        headers,
        compression: resolve_compression(settings, signal),
        timeout: resolve_timeout(settings, signal, default_timeout)?,
        max_request_bytes: if new_relic {
            NEW_RELIC_MAX_REQUEST_BYTES
        } else {
            usize::MAX
        },
        new_relic,
    }))
}

/// Whether the variable of the signal's exporter keeps it from OTLP.
pub(super) fn resolve_signal_off(settings: &Settings, signal: Signal) -> Option<SignalOff> {
    match resolve_exporter(&settings.env, signal) {
        ExporterChoice::Default | ExporterChoice::Otlp => None,
        ExporterChoice::Console => Some(SignalOff::intended("OTEL_TRACES_EXPORTER=console")),
        ExporterChoice::Off(off) => Some(off),
    }
}

/// OpenTelemetry's default.
const TIMEOUT: Duration = Duration::from_secs(10);
/// New Relic's rate limit applies for the rest of a minute; this leaves time after
/// it.
pub(super) const NEW_RELIC_TIMEOUT: Duration = Duration::from_secs(90);
/// New Relic rejects larger bodies, measured on the wire.
pub(super) const NEW_RELIC_MAX_REQUEST_BYTES: usize = 1_000_000;
