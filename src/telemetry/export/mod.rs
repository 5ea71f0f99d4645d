//! From the SDK's exporters to requests.

pub(super) mod batcher;
pub(super) mod exporter;
pub(super) mod payload;
pub(super) mod queue;
pub(super) mod truncate;
