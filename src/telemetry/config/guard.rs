//! [`TelemetryGuard`]: flushes and stops the pipeline.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::pipeline::{Pipeline, RunningCalls};
use crate::Error;
use crate::emit::sinks::{Loggers, ProvidersLayer, Tracers};
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::log_thread::wait_for_log_threads;
use crate::telemetry::report::stats::TelemetryStats;
use crate::telemetry::signal::Signal;
use crate::warning::PROCESS_WARNINGS;

/// Keeps the pipeline running, and flushes it when dropped.
///
/// Hold it until the end of `main`. Dropping it exports queued telemetry and stops
/// the pipeline within 5 s, and reports no failures; [`shutdown`](Self::shutdown)
/// reports them.
///
/// All methods block the calling thread and need no async runtime. In a server, call
/// them at the end of `main` or in `spawn_blocking`.
#[must_use = "dropping the guard stops the pipeline"]
pub struct TelemetryGuard {
    pipeline: Pipeline,
    counters: Arc<Counters>,
    calls: RunningCalls,
    stopped: bool,
}

impl TelemetryGuard {
    pub(super) fn new(pipeline: Pipeline, counters: Arc<Counters>) -> Self {
        Self {
            pipeline,
            counters,
            calls: RunningCalls::default(),
            stopped: false,
        }
    }

    /// The pipeline's tracer provider, for OpenTelemetry spans beside those of
    /// `tracing`.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        &self.pipeline.tracers
    }

    /// The pipeline's meter provider, for the application's own metrics. The console
    /// ignores metrics.
    #[must_use]
    pub fn meter_provider(&self) -> &SdkMeterProvider {
        &self.pipeline.meters
    }

    /// The pipeline's logger provider, for the application's own log records. The
    /// console ignores logs.
    #[must_use]
    pub fn logger_provider(&self) -> &SdkLoggerProvider {
        &self.pipeline.loggers
    }

    /// The layer that carries the providers in a subscriber.
    pub(super) fn providers_layer(&self) -> ProvidersLayer {
        let pipeline = &self.pipeline;
        ProvidersLayer::new(
            Tracers::new(pipeline.tracers.clone()),
            (pipeline.has_meters).then(|| Arc::new(pipeline.meters.clone()) as _),
            (pipeline.has_loggers).then(|| Loggers::new(pipeline.loggers.clone())),
        )
    }

    /// The resolved URL that spans are sent to, without its query; `None` if spans
    /// do not leave the process. Worth logging at startup.
    #[must_use]
    pub fn destination(&self) -> Option<&str> {
        self.pipeline.receiver.as_deref()
    }

    /// Exports all queued spans, metrics and logs, and waits until they are
    /// delivered. Open spans are not exported; the console prints the finished spans
    /// of their traces.
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
    /// [`Error::is_export`] if telemetry was lost since the last report, or if some is
    /// not delivered yet (delivery then continues): after 10 s, or earlier if the
    /// receiver rejects the credentials, or for 1 s refuses connections, fails the TLS
    /// handshake or does not speak HTTP.
    pub fn flush(&self) -> Result<(), Error> {
        self.flush_within(TIMEOUT)
    }

    /// As [`flush`](Self::flush), with another limit than 10 s: a function of AWS
    /// Lambda pays for every second that it waits.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// let telemetry = nr_bedrock_observability::Telemetry::console().install()?;
    /// telemetry.flush_within(Duration::from_millis(500))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush). A receiver that cannot be reached is given up after a
    /// tenth of the limit.
    pub fn flush_within(&self, limit: Duration) -> Result<(), Error> {
        self.pipeline.warnings.log();
        let limit = limit.min(MAX_TIMEOUT);
        let until = Instant::now() + limit;
        let result = if self.calls.is_stuck() {
            Err(OTelSdkError::Timeout(limit))
        } else {
            self.pipeline.call_providers(
                &self.calls,
                until,
                SdkTracerProvider::force_flush,
                SdkLoggerProvider::force_flush,
                SdkMeterProvider::force_flush,
            )
        };
        let incomplete = self.pipeline.flush_delivery(limit, until, false);
        self.report_losses(result, &incomplete)
    }

    /// Exports all queued telemetry and stops the pipeline. Later telemetry is
    /// discarded.
    ///
    /// At the end of a job, log the error instead of returning it: a backend that is
    /// down would make the finished job fail, and run again.
    ///
    /// ```
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// let telemetry = nr_bedrock_observability::Telemetry::console().install()?;
    /// // … the application …
    /// if let Err(error) = telemetry.shutdown() {
    ///     eprintln!("telemetry: {error}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_export`] if telemetry was lost since the last report, including
    /// telemetry that could not be delivered within 10 s, or within 1 s if the receiver
    /// cannot be reached: it refuses connections, fails the TLS handshake or does not
    /// speak HTTP.
    pub fn shutdown(self) -> Result<(), Error> {
        self.shutdown_within(TIMEOUT)
    }

    /// As [`shutdown`](Self::shutdown), with another limit than 10 s: New Relic's
    /// rate limit may require waits of up to a minute. A receiver that cannot be
    /// reached is given up after a tenth of the limit.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown).
    pub fn shutdown_within(mut self, limit: Duration) -> Result<(), Error> {
        self.stopped = true;
        let result = self.stop_pipeline(limit);
        self.report_losses(result, &[])
    }

    /// The current counts of exported, lost and waiting spans, metric points and log
    /// records.
    #[must_use]
    pub fn stats(&self) -> TelemetryStats {
        self.counters.stats()
    }

    /// Gives everything that has ended to the delivery, without waiting for it.
    pub(in crate::telemetry) fn submit(&self, limit: Duration) {
        // What went wrong shows in the counts.
        let _ = self.pipeline.call_providers(
            &self.calls,
            Instant::now() + limit,
            SdkTracerProvider::force_flush,
            SdkLoggerProvider::force_flush,
            SdkMeterProvider::force_flush,
        );
    }

    pub(in crate::telemetry) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Logs the warnings about the settings, if anyone listens by now.
    pub(super) fn log_warnings(&self) {
        self.pipeline.warnings.log();
    }

    /// Stops a pipeline that was started but not installed, without a flush.
    pub(in crate::telemetry) fn discard(mut self) {
        self.stopped = true;
        if let Some(delivery) = &self.pipeline.delivery {
            delivery.stop();
        }
    }

    /// Names the mistake of `let _ = telemetry.install()?`, which drops the guard at
    /// once. With `layer`, the subscriber is set later: the first call logs it.
    fn warn_if_unused(&self) {
        // The pipeline's own metrics are always there.
        let spans = self.counters.stats().spans();
        let is_unused = spans.exported() + spans.dropped() + spans.failed() == 0;
        if self.pipeline.delivery.is_some() && is_unused {
            PROCESS_WARNINGS.push(
                "a TelemetryGuard was dropped before any span had ended, which stops the \
                 export: keep it in a variable until the end of main, not in `_`",
            );
            PROCESS_WARNINGS.log();
        }
    }

    /// Telemetry that is not delivered in time is counted as lost.
    fn stop_pipeline(&self, limit: Duration) -> OTelSdkResult {
        self.pipeline.warnings.log();
        let limit = limit.min(MAX_TIMEOUT);
        let until = Instant::now() + limit;
        let pipeline = &self.pipeline;
        let result = pipeline.call_providers(
            &self.calls,
            until,
            move |tracers| tracers.shutdown_with_timeout(limit),
            move |loggers| loggers.shutdown_with_timeout(limit),
            move |meters| meters.shutdown_with_timeout(limit),
        );
        if let Some(delivery) = &pipeline.delivery {
            pipeline.flush_delivery(limit, until, true);
            delivery.stop();
            for signal in Signal::ALL {
                self.counters.add_stopped(signal);
            }
        }
        wait_for_log_threads();
        result
    }

    /// The SDK's result covers the last batch only, and that of a shutdown none. The
    /// counts cover everything.
    fn report_losses(&self, result: OTelSdkResult, incomplete: &[Signal]) -> Result<(), Error> {
        let lost = self.counters.take_unreported_losses();
        if let Some((signal, _)) = lost.first() {
            let problem = self.counters.loss_problem(*signal);
            let verb = match lost.as_slice() {
                [(_, 1)] => "was",
                _ => "were",
            };
            let lost = format_counts(&lost);
            return Err(Error::export(format!("{lost} {verb} lost: {problem}")));
        }
        let stats = self.counters.stats();
        let waiting = incomplete.iter().rev();
        let waiting = waiting.map(|signal| (*signal, stats.get(*signal).waiting()));
        let waiting: Vec<_> = waiting.filter(|it| it.1 > 0).collect();
        if let Some((signal, _)) = waiting.first() {
            return Err(Error::export(format!(
                "{} could not be delivered yet: {}",
                format_counts(&waiting),
                self.counters.waiting_problem(*signal)
            )));
        }
        match result {
            Ok(()) | Err(OTelSdkError::AlreadyShutdown) => Ok(()),
            Err(error) => {
                Err(Error::export("a provider could not be flushed in time").with_source(error))
            }
        }
    }
}

/// `2 spans and 1 log record`.
fn format_counts(counts: &[(Signal, u64)]) -> String {
    let counts = counts
        .iter()
        .map(|(signal, count)| format!("{count} {}", signal.item_name(*count)));
    counts.collect::<Vec<_>>().join(" and ")
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if !self.stopped {
            let _ = self.stop_pipeline(DROP_TIMEOUT);
            self.warn_if_unused();
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

const TIMEOUT: Duration = Duration::from_secs(10);
const DROP_TIMEOUT: Duration = Duration::from_secs(5);
/// Bounds a limit that would overflow the clock.
const MAX_TIMEOUT: Duration = Duration::from_hours(24 * 365);
