//! The exporter: form, size, delivery, count.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::{
    Compression, Protocol, RetryPolicy, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::limits::Limits;
use super::outcome::{Answer, Outcome};
use super::resolve::Remote;
use super::split::{split, weight};
use super::stats::Counters;
use super::transport::OtlpClient;
use super::{TARGET, new_relic};
use crate::Error;

/// The SDK's OTLP exporter, with what it lacks: requests of a size that the
/// receiver takes, a second try in halves after a 413, and counts.
#[derive(Debug)]
pub(super) struct Exporter {
    otlp: opentelemetry_otlp::SpanExporter,
    outcome: Arc<Outcome>,
    counters: Arc<Counters>,
    /// For messages: without the query, which may hold a token.
    receiver: String,
    max_request: usize,
    limits: Limits,
    new_relic: bool,
}

/// Five more tries after 0.2, 0.4, 0.8, 1 and 1 seconds, or when the receiver
/// asks for them: the SDK's own policy gives up within a second, and a flush
/// waits for five.
fn retries() -> RetryPolicy {
    RetryPolicy::default()
        .with_max_retries(5)
        .with_initial_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(1))
}

impl Exporter {
    /// # Errors
    ///
    /// When the transport cannot start: no root certificates, no thread.
    pub(super) fn start(remote: &Remote, counters: Arc<Counters>) -> Result<Self, Error> {
        let outcome = Arc::new(Outcome::default());
        let client = OtlpClient::start(remote, Arc::clone(&outcome))?;
        let mut builder = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(remote.endpoint.to_string())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(remote.timeout)
            .with_retry_policy(retries());
        if remote.gzip {
            builder = builder.with_compression(Compression::Gzip);
        }
        let otlp = builder.build().map_err(|error| {
            Error::export("the OTLP exporter could not be built").with_source(error)
        })?;
        let uri = &remote.endpoint;
        let authority = uri
            .authority()
            .map(http::uri::Authority::as_str)
            .unwrap_or_default();
        Ok(Self {
            otlp,
            outcome,
            counters,
            receiver: format!(
                "{}://{authority}{}",
                uri.scheme_str().unwrap_or_default(),
                uri.path()
            ),
            max_request: remote.max_request,
            limits: remote.limits,
            new_relic: remote.new_relic,
        })
    }

    /// Sends one request, in halves where it turns out to be too large.
    async fn deliver(&self, request: Vec<SpanData>) -> OTelSdkResult {
        let mut result = Ok(());
        let mut left = vec![request];
        while let Some(request) = left.pop() {
            let spans = request.len();
            // The SDK's exporter consumes the spans, so a copy is kept where a
            // receiver could find the request too large.
            let copy = can_be_too_large(&request).then(|| request.clone());
            let sent = self.otlp.export(request).await;
            let answer = self.outcome.take();
            match (sent, copy) {
                (Ok(()), _) => self.accepted(spans, &answer),
                (Err(_), Some(mut first))
                    if answer.status == Some(http::StatusCode::PAYLOAD_TOO_LARGE) =>
                {
                    let second = first.split_off(spans / 2);
                    left.extend([second, first]);
                }
                (Err(error), _) => {
                    self.failed(spans, &answer);
                    result = Err(error);
                }
            }
        }
        result
    }

    fn accepted(&self, spans: usize, answer: &Answer) {
        let rejected = answer.rejected.min(count(spans));
        self.counters.add_exported(count(spans) - rejected);
        if rejected > 0 {
            let problem = format!("{} refused spans: {}", self.receiver, answer.problem);
            self.counters.add_rejected(rejected, problem);
        }
    }

    fn failed(&self, spans: usize, answer: &Answer) {
        let cause = answer.describe(self.new_relic);
        self.counters
            .add_failed(count(spans), format!("{}: {cause}", self.receiver));
    }

    fn say_losses(&self) {
        let stats = self.counters.stats();
        if stats.lost() == 0 || !self.counters.first_to_say() {
            return;
        }
        let problem = match self.counters.last_problem() {
            problem if problem.is_empty() => "more spans end than can be sent".to_owned(),
            problem => problem,
        };
        tracing::warn!(
            target: TARGET,
            dropped = stats.dropped(),
            failed = stats.failed(),
            rejected = stats.rejected(),
            "spans are being lost, which is said only once: {problem}"
        );
    }
}

impl SpanExporter for Exporter {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        self.counters.leave_queue(count(batch.len()));
        if self.new_relic {
            batch.iter_mut().for_each(new_relic::translate);
        }
        let truncated = batch.iter_mut().map(|span| self.limits.apply(span)).sum();
        self.counters.add_truncated(truncated);
        let mut result = Ok(());
        for request in split(batch, self.max_request) {
            result = self.deliver(request).await.and(result);
        }
        self.say_losses();
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        match self.otlp.shutdown_with_timeout(timeout) {
            Err(OTelSdkError::AlreadyShutdown) => Ok(()),
            result => result,
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.otlp.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}

fn can_be_too_large(request: &[SpanData]) -> bool {
    request.len() > 1 && request.iter().map(weight).sum::<usize>() > SMALLEST_LIMIT
}

fn count(spans: usize) -> u64 {
    u64::try_from(spans).unwrap_or(u64::MAX)
}

/// No receiver is expected to refuse a body smaller than this.
const SMALLEST_LIMIT: usize = 64 * 1024;
