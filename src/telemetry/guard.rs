//! [`TelemetryGuard`]: what keeps the pipeline running.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::stats::{Counters, TelemetryStats};
use crate::Error;

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
    provider: SdkTracerProvider,
    counters: Arc<Counters>,
    stopped: bool,
}

impl TelemetryGuard {
    pub(super) fn new(provider: SdkTracerProvider, counters: Arc<Counters>) -> Self {
        Self {
            provider,
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
        &self.provider
    }

    /// Sends the spans that wait, and returns when they have arrived. Spans
    /// that are still open are not sent; the console prints the traces that
    /// they belong to as far as they are known.
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
    /// [`Error::is_export`] when spans were lost since the last report, or when
    /// this took more than 5 s (the sending then goes on).
    pub fn flush(&self) -> Result<(), Error> {
        self.checked(|| self.provider.force_flush())
    }

    /// Sends the spans that wait and stops the pipeline. Spans that end later
    /// go nowhere.
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
    /// [`Error::is_export`] when spans were lost since the last report, or when
    /// this took more than 10 s.
    pub fn shutdown(mut self) -> Result<(), Error> {
        self.stopped = true;
        self.checked(|| self.provider.shutdown_with_timeout(SHUTDOWN_WAIT))
    }

    /// What became of the spans so far.
    #[must_use]
    pub fn stats(&self) -> TelemetryStats {
        self.counters.stats()
    }

    /// The SDK's result tells of the last batch only, and that of a shutdown of
    /// none: the counts tell of all.
    fn checked(&self, work: impl FnOnce() -> OTelSdkResult) -> Result<(), Error> {
        let result = work();
        let lost = self.counters.take_unreported();
        if lost > 0 {
            let problem = self.counters.last_problem();
            let spans = if lost == 1 { "span was" } else { "spans were" };
            return Err(Error::export(format!("{lost} {spans} lost: {problem}")));
        }
        match result {
            Ok(()) | Err(OTelSdkError::AlreadyShutdown) => Ok(()),
            Err(OTelSdkError::Timeout(limit)) => Err(Error::export(format!(
                "spans were not delivered within {limit:?}; {} still wait",
                self.counters.waiting()
            ))),
            Err(error) => {
                let waiting = self.counters.waiting();
                let problem = format!("spans could not be delivered; {waiting} still wait");
                Err(Error::export(problem).with_source(error))
            }
        }
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if !self.stopped {
            let _ = self.provider.shutdown_with_timeout(DROP_WAIT);
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

const SHUTDOWN_WAIT: Duration = Duration::from_secs(10);
const DROP_WAIT: Duration = Duration::from_secs(5);
