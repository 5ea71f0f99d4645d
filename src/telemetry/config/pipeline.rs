//! [`Pipeline`]: the providers and the delivery that run together.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
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
    /// Warnings about the settings that are not logged yet.
    pub(super) warnings: Arc<PendingWarnings>,
}

/// The calls of providers that have not returned.
#[derive(Clone, Default)]
pub(super) struct RunningCalls(Arc<AtomicUsize>);

impl RunningCalls {
    /// Whether many calls do not return: a processor of the application hangs. Each takes
    /// a thread, so a flush does without further ones.
    pub(super) fn is_stuck(&self) -> bool {
        self.0.load(Relaxed) >= MAX_CALLS
    }

    /// Counted until it is dropped, also if the thread panics or cannot be started.
    fn start(&self) -> RunningCall {
        self.0.fetch_add(1, Relaxed);
        RunningCall(self.clone())
    }
}

struct RunningCall(RunningCalls);

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}

impl Pipeline {
    /// Calls each provider on a thread of its own: a provider blocks as long as its
    /// exporter, some longer than the timeout, and must hold up neither the others
    /// nor the caller. Does not wait for an exporter whose receiver is away and whose
    /// backlog is full.
    pub(super) fn call_providers(
        &self,
        running: &RunningCalls,
        until: Instant,
        tracers: impl FnOnce(&SdkTracerProvider) -> OTelSdkResult + Send + 'static,
        loggers: impl FnOnce(&SdkLoggerProvider) -> OTelSdkResult + Send + 'static,
        meters: impl FnOnce(&SdkMeterProvider) -> OTelSdkResult + Send + 'static,
    ) -> OTelSdkResult {
        if let Some(delivery) = &self.delivery {
            delivery.try_again();
        }
        let began = Instant::now();
        let limit = time_left(until);
        let patience = began + limit / PATIENCE;
        let mut calls = Calls::new(running);
        calls.spawn(Signal::Traces, &self.tracers, tracers);
        calls.spawn(Signal::Logs, &self.loggers, loggers);
        self.wait_for(&mut calls, began + limit / 4, patience);
        // Last, because the pipeline's own metrics count the other signals.
        calls.spawn(Signal::Metrics, &self.meters, meters);
        self.wait_for(&mut calls, until, patience);
        if !calls.open.is_empty() {
            let timeout = Err(OTelSdkError::Timeout(limit));
            calls.combined = calls.combined.and(timeout);
        }
        calls.combined
    }

    fn wait_for(&self, calls: &mut Calls, until: Instant, patience: Instant) {
        while !calls.open.is_empty() && !time_left(until).is_zero() {
            calls.receive(time_left(until).min(POLL_INTERVAL));
            let is_blocked = |signal: &Signal| {
                let delivery = self.delivery.as_ref();
                delivery.is_some_and(|it| it.is_blocked(*signal))
            };
            if Instant::now() >= patience && calls.open.iter().all(is_blocked) {
                break;
            }
        }
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

/// Calls of providers, and their results.
struct Calls {
    /// Whose result is missing.
    open: Vec<Signal>,
    combined: OTelSdkResult,
    running: RunningCalls,
    results: mpsc::Sender<(Signal, OTelSdkResult)>,
    incoming: mpsc::Receiver<(Signal, OTelSdkResult)>,
}

impl Calls {
    fn new(running: &RunningCalls) -> Self {
        let (results, incoming) = mpsc::channel();
        Self {
            open: Vec::new(),
            combined: Ok(()),
            running: running.clone(),
            results,
            incoming,
        }
    }

    fn spawn<P: Clone + Send + 'static>(
        &mut self,
        signal: Signal,
        provider: &P,
        call: impl FnOnce(&P) -> OTelSdkResult + Send + 'static,
    ) {
        self.open.push(signal);
        let (provider, results) = (provider.clone(), self.results.clone());
        let running = self.running.start();
        // If no thread can be started, the result is missing, which counts as a timeout.
        let _ = thread::Builder::new()
            .name("nr-bedrock-flush".to_owned())
            .spawn(move || {
                // What the SDK logs here is not telemetry of the application.
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                let result = call(&provider);
                drop(running);
                let _ = results.send((signal, result));
            });
    }

    fn receive(&mut self, limit: Duration) {
        if let Ok((signal, result)) = self.incoming.recv_timeout(limit) {
            self.open.retain(|it| *it != signal);
            let combined = std::mem::replace(&mut self.combined, Ok(()));
            self.combined = combined.and(result);
        }
    }
}

fn time_left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// The part of a flush's limit after which a receiver that cannot be reached is given
/// up: nothing but retries would follow.
const PATIENCE: u32 = 10;
/// How often a blocked exporter is looked for. A result is received at once.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Three for each flush: more than a process has in parallel.
const MAX_CALLS: usize = 96;
