//! [`ExporterClient`]: the HTTP client of opentelemetry-otlp's exporters.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, Protocol, RetryPolicy, SpanExporter,
    WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::metrics::Temporality;

use super::attribute_filter::AttributeFilter;
use super::batcher::build_requests;
use super::payload::compression::decode_body;
use super::payload::otlp_payload::OtlpPayload;
use super::truncate::limits::AttributeLimits;
use crate::Error;
use crate::telemetry::compression::Compression;
use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::SignalConfig;
use crate::warning::PendingWarnings;

/// Rewrites a payload for the receiver.
pub(crate) type MapPayload = fn(&mut OtlpPayload);

/// Submits what the exporter encoded to the delivery thread.
///
/// For the exporter the export has succeeded as soon as the request is
/// submitted: mapping, limits, splitting and retries happen behind it.
pub(crate) struct ExporterClient {
    pub(crate) config: Arc<SignalConfig>,
    pub(crate) map_payload: Option<MapPayload>,
    pub(crate) limits: AttributeLimits,
    /// Applies to log records here, to spans before their queue.
    pub(crate) filter: AttributeFilter,
    pub(crate) delivery: Delivery,
    pub(crate) counters: Arc<Counters>,
    /// About the settings.
    pub(crate) warnings: Arc<PendingWarnings>,
}

/// Settings that all exporters share. Their own retries, which would block the batch
/// thread, are off.
macro_rules! http_builder {
    ($exporter:ident, $client:expr) => {{
        let endpoint = $client.config.endpoint.to_string();
        $exporter::builder()
            .with_http()
            .with_http_client($client)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(RetryPolicy::default().with_max_retries(0))
    }};
}

impl ExporterClient {
    pub(crate) fn build_span_exporter(self) -> Result<SpanExporter, Error> {
        let exporter = http_builder!(SpanExporter, self).build();
        exporter.map_err(|error| build_error(Signal::Traces, error))
    }

    pub(crate) fn build_log_exporter(self) -> Result<LogExporter, Error> {
        let exporter = http_builder!(LogExporter, self).build();
        exporter.map_err(|error| build_error(Signal::Logs, error))
    }

    pub(crate) fn build_metric_exporter(
        self,
        temporality: Temporality,
    ) -> Result<MetricExporter, Error> {
        let builder = http_builder!(MetricExporter, self).with_temporality(temporality);
        let exporter = builder.build();
        exporter.map_err(|error| build_error(Signal::Metrics, error))
    }

    async fn submit_body(&self, body: &Bytes, compression: Compression) {
        self.warnings.log();
        let signal = self.config.signal;
        // Does not fail for a request that the exporter has just encoded.
        let Some(mut payload) = decode_body(signal, body, compression) else {
            let problem = "the exporter's request could not be decoded";
            self.counters.set_problem(signal, problem);
            return;
        };
        self.filter.filter_logs(&mut payload);
        if let Some(map_payload) = self.map_payload {
            map_payload(&mut payload);
        }
        let counters = self.counters.signal(signal);
        counters.truncated.add(self.limits.apply(&mut payload));
        if signal == Signal::Metrics {
            counters.received.add(payload.count_items());
        }
        let submitted = self.delivery.submit(signal, |sequence| {
            build_requests(payload, &self.config, sequence, &self.counters)
        });
        if submitted.await.is_err() {
            self.counters.add_stopped(signal);
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for ExporterClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The exporter compresses if the process's environment asks for it.
        let compression = match request.headers().get(header::CONTENT_ENCODING) {
            None => Compression::None,
            #[cfg(feature = "zstd")]
            Some(encoding) if encoding == "zstd" => Compression::Zstd,
            Some(_) => Compression::Gzip,
        };
        self.submit_body(request.body(), compression).await;
        Ok(Response::new(Bytes::new()))
    }
}

impl fmt::Debug for ExporterClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExporterClient")
            .field("signal", &self.config.signal)
            .finish_non_exhaustive()
    }
}

fn build_error(signal: Signal, error: ExporterBuildError) -> Error {
    let item = signal.item_name(1);
    Error::export(format!("could not build the {item} exporter")).with_source(error)
}
