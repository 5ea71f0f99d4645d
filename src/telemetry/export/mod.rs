//! Export: turns batches of the SDK into requests that the receiver accepts.
//!
//! It receives finished spans, log records and metrics from the SDK, and submits
//! encoded requests to `delivery`. Uses `delivery`, `report`, `signal_config` and
//! `signal` of the pipeline.
//!
//! opentelemetry-otlp's exporters encode. Each gets an HTTP client that accepts the
//! request, decodes it, applies limits and splits it to the receiver's size limit:
//! receivers limit encoded bytes and values, which the exporters do not.

pub(super) mod attribute_filter;
pub(super) mod batcher;
pub(super) mod exporter;
pub(super) mod metrics;
pub(super) mod payload;
pub(super) mod queue;
pub(super) mod truncate;
