//! What became of what was sent, and who is told.

pub(super) mod counters;
pub(super) mod diagnostics;
pub(super) mod self_metrics;
pub(super) mod stats;
