//! The meter provider of the pipeline.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, MeterProviderBuilder, PeriodicReader,
    SdkMeterProvider, Stream, Temporality,
};

use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::self_metrics::register_self_metrics;

/// How metrics are aggregated and how often they are exported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct MetricOptions {
    pub(crate) temporality: Temporality,
    pub(crate) exponential_histograms: bool,
    pub(crate) interval: Duration,
}

/// `extend` adds the readers of the application. The pipeline has none of its own
/// without an exporter.
pub(crate) fn build_meter_provider(
    exporter: Option<(MetricExporter, MetricOptions)>,
    resource: Resource,
    counters: &Arc<Counters>,
    extend: impl FnOnce(MeterProviderBuilder) -> MeterProviderBuilder,
) -> SdkMeterProvider {
    let mut provider = SdkMeterProvider::builder().with_resource(resource);
    if let Some((exporter, options)) = exporter {
        let reader = PeriodicReader::builder(exporter)
            .with_interval(options.interval)
            .build();
        provider = provider.with_reader(reader);
        if options.exponential_histograms {
            provider = provider.with_view(exponential_histogram_view);
        }
    }
    let provider = extend(provider).build();
    register_self_metrics(&provider, counters);
    provider
}

/// Size and scale are OpenTelemetry's defaults.
fn exponential_histogram_view(instrument: &Instrument) -> Option<Stream> {
    if instrument.kind() != InstrumentKind::Histogram {
        return None;
    }
    let aggregation = Aggregation::Base2ExponentialHistogram {
        max_size: 160,
        max_scale: 20,
        record_min_max: true,
    };
    Stream::builder().with_aggregation(aggregation).build().ok()
}
