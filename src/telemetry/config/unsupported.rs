//! Variables of OpenTelemetry that the pipeline does not read.

use super::environment::Environment;

/// Names those that are set, in one warning.
pub(super) fn warn_of_unsupported(env: &Environment) {
    let set = UNSUPPORTED.iter().filter(|name| env.get(name).is_some());
    let set: Vec<&str> = set.copied().collect();
    if !set.is_empty() {
        let names = set.join(", ");
        env.warn(format!("not supported, and ignored: {names}"));
    }
}

pub(crate) const UNSUPPORTED: &[&str] = &[
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_CONFIG_FILE",
    "OTEL_EXPERIMENTAL_CONFIG_FILE",
    "OTEL_EXPORTER_OTLP_INSECURE",
    "OTEL_EXPORTER_OTLP_LOGS_INSECURE",
    "OTEL_EXPORTER_OTLP_METRICS_INSECURE",
    "OTEL_EXPORTER_OTLP_SPAN_INSECURE",
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_EXPORTER_PROMETHEUS_PORT",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    "OTEL_EXPORTER_ZIPKIN_TIMEOUT",
    "OTEL_LOG_LEVEL",
    "OTEL_METRICS_EXEMPLAR_FILTER",
    "OTEL_METRIC_EXPORT_TIMEOUT",
];
