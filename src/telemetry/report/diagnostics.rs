//! The pipeline's own log lines.

use std::sync::Arc;
use std::time::Instant;

use super::counters::Counters;
use super::failure::Cause;
use super::log_thread::log_on_thread;
use crate::telemetry::signal::Signal;

/// Target of the pipeline's log lines. Its layer never records this target, so
/// that a report about lost spans cannot become a span event.
pub(crate) const TARGET: &str = "nr_bedrock_observability::telemetry";

/// Logs a loss, or a failure that will become one unless somebody acts: once for
/// each signal and cause until the signal recovers. Others are only counted.
pub(crate) fn log_failure(counters: &Arc<Counters>, signal: Signal, cause: Cause, problem: &str) {
    let log = &counters.signal(signal).failure_log;
    if log.claim(cause, Instant::now()) {
        let problem = problem.to_owned();
        let counters = Arc::clone(counters);
        log_on_thread(move || {
            let stats = *counters.stats().get(signal);
            tracing::warn!(
                target: TARGET,
                signal = signal.item_name(0),
                dropped = stats.dropped(),
                failed = stats.failed(),
                rejected = stats.rejected(),
                "telemetry export failed (logged once for each cause): {problem}"
            );
        });
    }
}

/// Says that a signal is off because the receiver does not take it. Below the level
/// of a warning: nothing is wrong with a receiver of spans alone.
pub(crate) fn log_unsupported(signal: Signal, problem: &str) {
    let variable = match signal {
        Signal::Logs => "OTEL_LOGS_EXPORTER=none",
        Signal::Metrics => "OTEL_METRICS_EXPORTER=none",
        Signal::Traces => "OTEL_TRACES_EXPORTER=none",
    };
    let (items, problem) = (signal.item_name(0), problem.to_owned());
    log_on_thread(move || {
        tracing::info!(
            target: TARGET,
            "{items} are not exported, because the receiver takes none ({problem}); \
             {variable} turns them off"
        );
    });
}
