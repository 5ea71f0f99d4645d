//! [`TelemetryGuard`]: what keeps the pipeline running.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::Error;
use crate::telemetry::delivery::handle::{Delivery, Flushed};
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::stats::TelemetryStats;
use crate::telemetry::signal::Signal;

/// Keeps the pipeline running; spans that wait are sent when it goes.
///
/// Hold it until the end of `main`. Dropping it sends what waits and stops the
/// pipeline, for at most 5 s and without a word about failures;
/// [`shutdown`](Self::shutdown) tells them.
///
/// All its methods block the thread they are called on, never a runtime of the
/// pipeline, which has its own: they are safe under any runtime, and in a
/// server belong to the end of `main` or into `spawn_blocking`.
#[must_use = "dropping the guard stops the pipeline"]
pub struct TelemetryGuard {
    pipeline: Pipeline,
    counters: Arc<Counters>,
    stopped: bool,
}

/// What runs.
pub(in crate::telemetry) struct Pipeline {
    pub(in crate::telemetry) tracers: SdkTracerProvider,
    pub(in crate::telemetry) meters: SdkMeterProvider,
    pub(in crate::telemetry) loggers: SdkLoggerProvider,
    /// `None` where nothing leaves the process.
    pub(in crate::telemetry) delivery: Option<Delivery>,
    /// Where spans go, for people.
    pub(in crate::telemetry) receiver: Option<String>,
}

impl TelemetryGuard {
    pub(in crate::telemetry) fn new(pipeline: Pipeline, counters: Arc<Counters>) -> Self {
        Self {
            pipeline,
            counters,
            stopped: false,
        }
    }

    /// The pipeline's tracer provider: for spans of OpenTelemetry beside those
    /// of `tracing`, and for
    /// [`MonitorOptions::tracer_provider`](crate::MonitorOptions::tracer_provider)
    /// where nothing global was installed.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        &self.pipeline.tracers
    }

    /// The pipeline's meter provider: for an application's own metrics, and for
    /// [`MonitorOptions::meter_provider`](crate::MonitorOptions::meter_provider)
    /// where nothing global was installed. The console has no use for metrics.
    #[must_use]
    pub fn meter_provider(&self) -> &SdkMeterProvider {
        &self.pipeline.meters
    }

    /// The pipeline's logger provider: for an application's own log records,
    /// and for
    /// [`MonitorOptions::logger_provider`](crate::MonitorOptions::logger_provider)
    /// where the pipeline was not installed. The console has no use for logs.
    #[must_use]
    pub fn logger_provider(&self) -> &SdkLoggerProvider {
        &self.pipeline.loggers
    }

    /// The URL that spans are sent to, as the settings came to it, without its
    /// query; `None` where none leave the process. Worth a line in the log of a
    /// service.
    #[must_use]
    pub fn destination(&self) -> Option<&str> {
        self.pipeline.receiver.as_deref()
    }

    /// Sends what waits, and returns when it has arrived: spans, metrics, logs.
    /// Spans that are still open are not sent; the console prints the traces
    /// that they belong to as far as they are known.
    ///
    /// ```
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// let telemetry = nr_bedrock_observability::Telemetry::console().install()?;
    /// telemetry.flush()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_export`] when something was lost since the last report, or
    /// when this took more than 10 s (the sending then goes on).
    pub fn flush(&self) -> Result<(), Error> {
        let until = Instant::now() + WAIT;
        let result = self.pipeline.call_providers(
            until,
            SdkTracerProvider::force_flush,
            SdkLoggerProvider::force_flush,
            SdkMeterProvider::force_flush,
        );
        self.report(result, self.pipeline.flush(until))
    }

    /// Sends what waits and stops the pipeline. What is recorded later goes
    /// nowhere.
    ///
    /// ```
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// let telemetry = nr_bedrock_observability::Telemetry::console().install()?;
    /// // … the application …
    /// telemetry.shutdown()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_export`] when something was lost since the last report:
    /// also what could not be delivered within 10 s.
    pub fn shutdown(self) -> Result<(), Error> {
        self.shutdown_within(WAIT)
    }

    /// As [`shutdown`](Self::shutdown), with more or less than 10 s for the
    /// delivery: New Relic's rate limit asks for waits of up to a minute.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown).
    pub fn shutdown_within(mut self, limit: Duration) -> Result<(), Error> {
        self.stopped = true;
        let result = self.stop(limit);
        self.report(result, Flushed::All)
    }

    /// What became of the spans so far, and of metrics and logs.
    #[must_use]
    pub fn stats(&self) -> TelemetryStats {
        self.counters.stats()
    }

    /// Stops what was started in vain, without a last word.
    pub(in crate::telemetry) fn discard(mut self) {
        self.stopped = true;
        if let Some(delivery) = &self.pipeline.delivery {
            delivery.stop();
        }
    }

    /// What is not delivered in time is counted as lost.
    fn stop(&self, limit: Duration) -> OTelSdkResult {
        let limit = limit.min(LONGEST_WAIT);
        let until = Instant::now() + limit;
        let pipeline = &self.pipeline;
        let result = pipeline.call_providers(
            until,
            move |tracers| tracers.shutdown_with_timeout(limit),
            move |loggers| loggers.shutdown_with_timeout(limit),
            move |meters| meters.shutdown_with_timeout(limit),
        );
        if let Some(delivery) = &pipeline.delivery {
            pipeline.flush(until);
            delivery.stop();
            for signal in Signal::ALL {
                self.counters.give_up(signal);
            }
        }
        result
    }

    /// The SDK's result tells of the last batch only, and that of a shutdown of
    /// none: the counts tell of all.
    fn report(&self, result: OTelSdkResult, flushed: Flushed) -> Result<(), Error> {
        let lost = self.counters.take_unreported();
        if let Some((signal, _)) = lost.first() {
            let problem = self.counters.problem(*signal);
            let were = if matches!(lost.as_slice(), [(_, 1)]) {
                "was"
            } else {
                "were"
            };
            let lost = list(&lost);
            return Err(Error::export(format!("{lost} {were} lost: {problem}")));
        }
        if flushed != Flushed::All {
            let stats = self.counters.stats();
            let waiting = Signal::ALL.map(|it| (it, stats.of(it).waiting()));
            let waiting: Vec<_> = waiting.into_iter().rev().filter(|it| it.1 > 0).collect();
            let problem = waiting.first().map(|(it, _)| self.counters.problem(*it));
            return Err(Error::export(format!(
                "{} could not be delivered yet: {}",
                list(&waiting),
                problem.unwrap_or_default()
            )));
        }
        match result {
            Ok(()) | Err(OTelSdkError::AlreadyShutdown) => Ok(()),
            Err(error) => {
                Err(Error::export("not everything was handed over in time").with_source(error))
            }
        }
    }
}

impl Pipeline {
    /// Calls each provider on a thread of its own: a provider blocks while its
    /// exporter does, some of them longer than they are asked to, and must hold
    /// up neither the others nor the caller.
    fn call_providers(
        &self,
        until: Instant,
        tracers: impl FnOnce(&SdkTracerProvider) -> OTelSdkResult + Send + 'static,
        loggers: impl FnOnce(&SdkLoggerProvider) -> OTelSdkResult + Send + 'static,
        meters: impl FnOnce(&SdkMeterProvider) -> OTelSdkResult + Send + 'static,
    ) -> OTelSdkResult {
        let left = |until: Instant| until.saturating_duration_since(Instant::now());
        let limit = left(until);
        let before_meters = Instant::now() + limit / 4;
        let (report, reports) = mpsc::channel();
        call_provider(&self.tracers, tracers, report.clone());
        call_provider(&self.loggers, loggers, report.clone());
        let mut result = Ok(());
        let mut missing = 3;
        while missing > 1
            && let Ok(reported) = reports.recv_timeout(left(before_meters))
        {
            result = result.and(reported);
            missing -= 1;
        }
        // The last: the pipeline's own metrics count what the others do.
        call_provider(&self.meters, meters, report);
        while missing > 0 {
            let reported = reports.recv_timeout(left(until));
            let late = Err(OTelSdkError::Timeout(limit));
            missing = if reported.is_ok() { missing - 1 } else { 0 };
            result = result.and(reported.unwrap_or(late));
        }
        result
    }

    fn flush(&self, until: Instant) -> Flushed {
        let left = until.saturating_duration_since(Instant::now());
        self.delivery
            .as_ref()
            .map_or(Flushed::All, |delivery| delivery.flush(left))
    }
}

fn call_provider<P: Clone + Send + 'static>(
    provider: &P,
    call: impl FnOnce(&P) -> OTelSdkResult + Send + 'static,
    report: mpsc::Sender<OTelSdkResult>,
) {
    let provider = provider.clone();
    // Where no thread can be had, the missing report says so.
    let _ = thread::Builder::new()
        .name("nr-bedrock-flush".to_owned())
        .spawn(move || {
            let _ = report.send(call(&provider));
        });
}

/// `2 spans and 1 log record`.
fn list(lost: &[(Signal, u64)]) -> String {
    let lost = lost
        .iter()
        .map(|(signal, count)| format!("{count} {}", signal.items(*count)));
    lost.collect::<Vec<_>>().join(" and ")
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if !self.stopped {
            let _ = self.stop(DROP_WAIT);
        }
    }
}

impl fmt::Debug for TelemetryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelemetryGuard")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

const WAIT: Duration = Duration::from_secs(10);
const DROP_WAIT: Duration = Duration::from_secs(5);
/// A limit beyond any clock is meant as "however long it takes".
const LONGEST_WAIT: Duration = Duration::from_hours(24 * 365);
