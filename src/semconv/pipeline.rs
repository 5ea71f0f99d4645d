//! Names of the export pipeline's own metrics.
//!
//! Names under `otel.sdk.` are the SDK self-observability conventions; the others
//! are this crate's own.

pub(crate) const LOGS_EXPORTED: &str = "otel.sdk.exporter.log.exported";
pub(crate) const METRIC_POINTS_EXPORTED: &str = "otel.sdk.exporter.metric_data_point.exported";
pub(crate) const SPANS_EXPORTED: &str = "otel.sdk.exporter.span.exported";
pub(crate) const LOG_QUEUE_SIZE: &str = "otel.sdk.processor.log.queue.size";
pub(crate) const SPAN_QUEUE_SIZE: &str = "otel.sdk.processor.span.queue.size";
pub(crate) const REQUESTS_RETRIED: &str = "nr_bedrock.exporter.requests.retried";
pub(crate) const REQUESTS_SPLIT: &str = "nr_bedrock.exporter.requests.split";
pub(crate) const BYTES_SENT: &str = "nr_bedrock.exporter.sent";
pub(crate) const VALUES_TRUNCATED: &str = "nr_bedrock.exporter.values.truncated";
pub(crate) const RECORDS_SHORTENED: &str = "nr_bedrock.exporter.records.shortened";

/// What a check of the export sends.
pub(crate) const CHECKS: &str = "nr_bedrock.checks";
pub(crate) const CHECK_SPAN: &str = "nr_bedrock check";

/// Prefixes of the attributes that identify a call, its outcome and its cost.
/// They are kept when a limit on the number of attributes applies.
pub(crate) const CORE: &[&str] = &[
    "gen_ai.",
    "newrelic.",
    "error.type",
    "aws.",
    "llm.",
    "workflow.",
    "service.",
    "telemetry.",
    "aiEnabledApp",
    "cloud.",
    "http.",
    "server.",
    "session.",
    "user.",
];

/// The attribute in which tracing-opentelemetry records the target.
pub(crate) const TARGET_ATTRIBUTE: &str = "target";
/// Prefixes of the span events that are kept first.
pub(crate) const CORE_EVENTS: &[&str] = &["gen_ai.", "exception"];

/// Resource attributes.
pub(crate) const SERVICE_NAME: &str = "service.name";
pub(crate) const SERVICE_INSTANCE_ID: &str = "service.instance.id";
/// Marks a service that uses AI monitoring in New Relic.
pub(crate) const AI_ENABLED_APP: &str = "aiEnabledApp";
