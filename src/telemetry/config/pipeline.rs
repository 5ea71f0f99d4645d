//! [`Pipeline`]: the providers and the delivery that run together.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::signal::Signal;
use crate::warning::PendingWarnings;

pub(super) struct Pipeline {
    pub(super) tracers: SdkTracerProvider,
    pub(super) meters: SdkMeterProvider,
    /// Whether metrics are recorded here. If not, a client uses the provider of the
    /// process.
    pub(super) has_meters: bool,
    pub(super) loggers: SdkLoggerProvider,
    /// The same for log records.
    pub(super) has_loggers: bool,
    /// `None` if nothing leaves the process.
    pub(super) delivery: Option<Delivery>,
    /// The URL that spans are sent to, for messages.
    pub(super) receiver: Option<String>,
    /// Warnings about the settings that nobody has heard yet.
    pub(super) warnings: Arc<PendingWarnings>,
}

impl Pipeline {
    /// Calls each provider on a thread of its own: a provider blocks as long as its
    /// exporter, some longer than the timeout, and must hold up neither the others
    /// nor the caller.
    pub(super) fn call_providers(
        &self,
        until: Instant,
        tracers: impl FnOnce(&SdkTracerProvider) -> OTelSdkResult + Send + 'static,
        loggers: impl FnOnce(&SdkLoggerProvider) -> OTelSdkResult + Send + 'static,
        meters: impl FnOnce(&SdkMeterProvider) -> OTelSdkResult + Send + 'static,
    ) -> OTelSdkResult {
        let limit = time_left(until);
        let before_meters = Instant::now() + limit / 4;
        let (results, incoming) = mpsc::channel();
        spawn_call(&self.tracers, tracers, results.clone());
        spawn_call(&self.loggers, loggers, results.clone());
        let mut combined = Ok(());
        let mut missing = 3;
        while missing > 1
            && let Ok(result) = incoming.recv_timeout(time_left(before_meters))
        {
            combined = combined.and(result);
            missing -= 1;
        }
        // Last, because the pipeline's own metrics count the other signals.
        spawn_call(&self.meters, meters, results);
        while missing > 0 {
            let result = incoming.recv_timeout(time_left(until));
            missing = if result.is_ok() { missing - 1 } else { 0 };
            let timeout = Err(OTelSdkError::Timeout(limit));
            combined = combined.and(result.unwrap_or(timeout));
        }
        combined
    }

    /// Returns the signals that are not delivered. `limit` is that of the whole flush,
    /// which ends at `until`. The last one does not try rejected credentials again.
    pub(super) fn flush_delivery(
        &self,
        limit: Duration,
        until: Instant,
        last: bool,
    ) -> Vec<Signal> {
        let Some(delivery) = &self.delivery else {
            return Vec::new();
        };
        let began = until.checked_sub(limit).unwrap_or(until);
        delivery.flush(time_left(until), began + limit / PATIENCE, !last)
    }
}

fn spawn_call<P: Clone + Send + 'static>(
    provider: &P,
    call: impl FnOnce(&P) -> OTelSdkResult + Send + 'static,
    results: mpsc::Sender<OTelSdkResult>,
) {
    let provider = provider.clone();
    // If no thread can be started, the result is missing, which counts as a timeout.
    let _ = thread::Builder::new()
        .name("nr-bedrock-flush".to_owned())
        .spawn(move || {
            // What the SDK logs here is not telemetry of the application.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            let _ = results.send(call(&provider));
        });
}

fn time_left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// The part of a flush's limit after which a receiver that cannot be connected to is
/// given up: nothing but retries would follow.
const PATIENCE: u32 = 10;
