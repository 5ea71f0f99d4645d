//! From the SDK's exporters to requests.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    LogExporter, MetricExporter, Protocol, RetryPolicy, SpanExporter, WithExportConfig as _,
    WithHttpConfig as _,
};
use opentelemetry_sdk::metrics::Temporality;

use super::batcher::pack;
use super::truncate::limits::Limits;
use crate::Error;
use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::delivery::pending_request::open;
use crate::telemetry::new_relic::attribute_mapping::translate;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::diagnostics::Warning;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

/// What an exporter takes for its HTTP client.
///
/// The exporters encode; what then happens to a request is decided here and
/// behind: its form, its size, when it is sent, how often. So an exporter is
/// told that all went well as soon as its request is taken over.
pub(crate) struct Doorway {
    route: Arc<Route>,
    limits: Limits,
    delivery: Delivery,
    counters: Arc<Counters>,
    warning: Warning,
}

impl Doorway {
    pub(crate) fn new(
        route: Route,
        limits: Limits,
        delivery: Delivery,
        counters: Arc<Counters>,
        warning: Warning,
    ) -> Self {
        Self {
            route: Arc::new(route),
            limits,
            delivery,
            counters,
            warning,
        }
    }

    pub(crate) fn spans(self) -> Result<SpanExporter, Error> {
        let endpoint = self.route.endpoint.to_string();
        SpanExporter::builder()
            .with_http()
            .with_http_client(self)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(once())
            .build()
            .map_err(|error| unbuilt(Signal::Traces).with_source(error))
    }

    pub(crate) fn metrics(self, temporality: Temporality) -> Result<MetricExporter, Error> {
        let endpoint = self.route.endpoint.to_string();
        MetricExporter::builder()
            .with_http()
            .with_http_client(self)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(once())
            .with_temporality(temporality)
            .build()
            .map_err(|error| unbuilt(Signal::Metrics).with_source(error))
    }

    pub(crate) fn logs(self) -> Result<LogExporter, Error> {
        let endpoint = self.route.endpoint.to_string();
        LogExporter::builder()
            .with_http()
            .with_http_client(self)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(once())
            .build()
            .map_err(|error| unbuilt(Signal::Logs).with_source(error))
    }

    async fn take(&self, body: &Bytes, gzip: bool) {
        self.warning.say();
        let signal = self.route.signal;
        // The exporter has just encoded it, so it can be read.
        let Some(mut payload) = open(signal, body, gzip) else {
            self.counters.note(signal, "a batch could not be read");
            return;
        };
        if self.route.new_relic {
            translate(&mut payload);
        }
        let truncated = self.limits.apply(&mut payload);
        self.counters.add_truncated(signal, truncated);
        let items = payload.items();
        if signal == Signal::Metrics {
            self.counters.take(signal, items);
        }
        let handed = self.delivery.hand(signal, |number| {
            pack(payload, &self.route, number, &self.counters)
        });
        if handed.await.is_err() {
            self.counters.give_up(signal);
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Doorway {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The exporter compresses where the process's environment asks it to.
        let gzip = request.headers().contains_key(header::CONTENT_ENCODING);
        self.take(request.body(), gzip).await;
        Ok(Response::new(Bytes::new()))
    }
}

impl fmt::Debug for Doorway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doorway")
            .field("signal", &self.route.signal)
            .finish_non_exhaustive()
    }
}

/// The exporters' own retries wait on the thread that makes the batches.
fn once() -> RetryPolicy {
    RetryPolicy::default().with_max_retries(0)
}

fn unbuilt(signal: Signal) -> Error {
    Error::export(format!(
        "the exporter of {} could not be built",
        signal.items(0)
    ))
}
