//! The pipeline's own log lines.

use std::sync::Arc;
use std::thread;

use super::counters::Counters;
use crate::telemetry::signal::Signal;

/// Target of the pipeline's log lines. Its layer never records this target, so
/// that a report about lost spans cannot become a span event.
pub(crate) const TARGET: &str = "nr_bedrock_observability::telemetry";

/// Logs the first loss, or the first failure that will become one unless somebody
/// acts. Later ones are only counted.
///
/// Logs on a separate thread: the pipeline's threads have no subscriber, so that
/// their own work is not traced.
pub(crate) fn log_first_failure(counters: &Arc<Counters>, signal: Signal) {
    if counters.claim_failure_log() {
        let counters = Arc::clone(counters);
        // If no thread can be started, the counts remain.
        let _ = thread::Builder::new()
            .name("nr-bedrock-diagnostics".to_owned())
            .spawn(move || {
                let stats = *counters.stats().get(signal);
                let problem = counters.last_problem(signal);
                tracing::warn!(
                    target: TARGET,
                    dropped = stats.dropped(),
                    failed = stats.failed(),
                    rejected = stats.rejected(),
                    "telemetry export failed (logged once): {problem}"
                );
            });
    }
}
