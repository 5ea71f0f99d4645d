//! [`OtlpDestination`]: an OTLP receiver, and its settings without New Relic.

use std::time::Duration;

use super::batching::{resolve_log_batching, resolve_span_batching};
use super::compression::resolve_compression;
use super::endpoint::resolve_endpoint;
use super::endpoint_check::check_endpoint;
use super::exporter_choice::{ExporterChoice, resolve_exporter};
use super::exporter_options::resolve_timeout;
use super::headers::resolve_headers;
use super::license_key::complete_api_key;
use super::limits::resolve_limits;
use super::metrics::resolve_metric_options;
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
    check_endpoint(&settings.env, signal, &endpoint);
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
    let (compression, compression_source) = resolve_compression(settings, signal);
    let (timeout, timeout_source) = resolve_timeout(settings, signal, default_timeout)?;
    Ok(Ok(SignalConfig {
        signal,
        endpoint: endpoint.url,
        source: endpoint.source,
        headers,
        compression,
        compression_source,
        timeout,
        timeout_source,
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

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::metrics::Temporality;

    use super::*;
    use crate::telemetry::config::environment::Environment;
    use crate::telemetry::config::settings::DestinationChoice;

    /// New Relic's documented set-up, for one of its hosts or another one.
    fn resolve(endpoint: &'static str) -> OtlpDestination {
        let lookup = move |name: &str| match name {
            "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(endpoint.to_owned()),
            "OTEL_EXPORTER_OTLP_HEADERS" => {
                Some("api-key=\"0123456789abcdef0123456789abcdef01234567\"".to_owned())
            }
            _ => None,
        };
        let settings = Settings::new(DestinationChoice::Auto, Environment::new(lookup));
        resolve_otlp(&settings).unwrap()
    }

    #[test]
    fn the_host_decides_on_new_relics_form() {
        for (endpoint, new_relic) in [
            ("https://otlp.nr-data.net", true),
            ("https://otlp.eu01.nr-data.net:4318", true),
            ("https://OTLP.JP.nr-data.net:443", true),
            ("https://gov-otlp.nr-data.net", true),
            ("https://staging-otlp.nr-data.net", true),
            ("https://otlp.example", false),
            ("https://not-nr-data.net", false),
            ("https://nr-data.net.example", false),
        ] {
            let otlp = resolve(endpoint);
            assert_eq!(otlp.is_new_relic(), new_relic, "{endpoint}");
            let delta = otlp.metric_options.temporality == Temporality::Delta;
            assert_eq!(delta, new_relic, "{endpoint}");
            let exponential = otlp.metric_options.exponential_histograms;
            assert_eq!(exponential, new_relic, "{endpoint}");
            for signal in Signal::ALL {
                let config = otlp.signals.get(signal).as_ref().unwrap();
                assert_eq!(config.new_relic, new_relic, "{endpoint}");
                assert_eq!(config.timeout == NEW_RELIC_TIMEOUT, new_relic);
                let bytes = config.max_request_bytes;
                assert_eq!(bytes == NEW_RELIC_MAX_REQUEST_BYTES, new_relic);
                let chars = otlp.limits.get(signal).value_chars;
                assert_eq!(chars == 4_095, new_relic, "{endpoint}");
                let quoted = config.headers["api-key"].to_str().unwrap().contains('"');
                assert_eq!(quoted, !new_relic, "{endpoint}");
            }
        }
    }
}
