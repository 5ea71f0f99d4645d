//! The setters for further destinations of the telemetry.

use opentelemetry_sdk::logs::{LogProcessor, LoggerProviderBuilder};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{MeterProviderBuilder, PeriodicReader};
use opentelemetry_sdk::trace::{SpanProcessor, TracerProviderBuilder};

use super::builder::Telemetry;
use crate::telemetry::export::attribute_filter::{AttributeFilter, FilteredProcessor};

/// # A second destination
///
/// A registry holds one OpenTelemetry layer (see [`layer`](Self::layer)), so a second
/// backend is not a second layer but a processor on the pipeline's providers. It gets
/// everything that the pipeline gets, before New Relic's limits and aliases apply;
/// [`drop_attributes`](Self::drop_attributes) applies to its spans, not to its log records.
/// [`TelemetryGuard::flush`](crate::TelemetryGuard::flush) and
/// [`shutdown`](crate::TelemetryGuard::shutdown) include it;
/// [`stats`](crate::TelemetryGuard::stats) do not. With `OTEL_SDK_DISABLED=true` it
/// gets nothing.
impl Telemetry {
    /// Adds a span processor beside the pipeline's own. It may be called several
    /// times. Default: none.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use opentelemetry_sdk::trace::{BatchSpanProcessor, InMemorySpanExporter};
    ///
    /// let exporter = InMemorySpanExporter::default(); // or opentelemetry_otlp::SpanExporter
    /// let second = BatchSpanProcessor::builder(exporter).build();
    /// let telemetry = Telemetry::from_env().span_processor(second);
    /// # drop(telemetry);
    /// ```
    pub fn span_processor(mut self, processor: impl SpanProcessor + 'static) -> Self {
        let extend = |builder: TracerProviderBuilder, filter: &AttributeFilter| {
            builder.with_span_processor(FilteredProcessor::new(processor, filter))
        };
        self.settings.processors.tracers.push(Box::new(extend));
        self
    }

    /// Adds a metric reader beside the pipeline's own. It has its own interval and
    /// temporality; the kind of histograms is the pipeline's. It may be called
    /// several times. Default: none.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader};
    ///
    /// let exporter = InMemoryMetricExporter::default(); // or opentelemetry_otlp::MetricExporter
    /// let second = PeriodicReader::builder(exporter).build();
    /// let telemetry = Telemetry::from_env().metric_reader(second);
    /// # drop(telemetry);
    /// ```
    pub fn metric_reader<E: PushMetricExporter>(mut self, reader: PeriodicReader<E>) -> Self {
        let extend = |builder: MeterProviderBuilder| builder.with_reader(reader);
        self.settings.processors.meters.push(Box::new(extend));
        self
    }

    /// Adds a log processor beside the pipeline's own, for New Relic's `Llm*` events
    /// and, with the feature `logs`, the application's events. It may be called
    /// several times. Default: none.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use opentelemetry_sdk::logs::{BatchLogProcessor, InMemoryLogExporter};
    ///
    /// let exporter = InMemoryLogExporter::default(); // or opentelemetry_otlp::LogExporter
    /// let second = BatchLogProcessor::builder(exporter).build();
    /// let telemetry = Telemetry::from_env().log_processor(second);
    /// # drop(telemetry);
    /// ```
    pub fn log_processor(mut self, processor: impl LogProcessor + 'static) -> Self {
        let extend = |builder: LoggerProviderBuilder| builder.with_log_processor(processor);
        self.settings.processors.loggers.push(Box::new(extend));
        self
    }
}
