//! Counts of exported and lost telemetry, and the ways they are reported.
//!
//! The other folders of the pipeline count here. The counts leave as
//! [`TelemetryStats`](stats::TelemetryStats), as the pipeline's own metrics and as
//! log lines. Uses nothing but `signal` of the pipeline.

pub(super) mod counters;
pub(super) mod diagnostics;
pub(super) mod exchange;
pub(super) mod failure;
mod failure_log;
pub(super) mod log_thread;
pub(super) mod self_metrics;
pub(super) mod stats;
pub(super) mod stderr_layer;
pub(super) mod warning_processor;
