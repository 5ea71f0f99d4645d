//! The pipeline's own metrics.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::counters::Counters;
use super::stats::{SignalStats, TelemetryStats};
use crate::emit::sinks::instrumentation_scope;
use crate::semconv;
use crate::semconv::pipeline;
use crate::telemetry::signal::Signal;

/// Exports [`TelemetryStats`] as metrics, so that a dashboard at the receiver
/// shows how much was lost, and why.
pub(crate) fn register_self_metrics(provider: &SdkMeterProvider, counters: &Arc<Counters>) {
    let meter = provider.meter_with_scope(instrumentation_scope());
    for (name, unit, signal) in EXPORTED {
        register_exported(&meter, name, unit, signal, counters);
    }
    for (name, unit, signal) in QUEUE_SIZES {
        register_queue_size(&meter, name, unit, signal, counters);
    }
    for (name, unit, total) in TOTALS {
        let counters = Arc::clone(counters);
        meter
            .u64_observable_counter(name)
            .with_unit(unit)
            .with_callback(move |observer| observer.observe(total(&counters.stats()), &[]))
            .build();
    }
}

/// Counts exported items, and lost ones by reason.
fn register_exported(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    signal: Signal,
    counters: &Arc<Counters>,
) {
    let counters = Arc::clone(counters);
    meter
        .u64_observable_counter(name)
        .with_unit(unit)
        .with_description("Exported items; with error.type, lost items")
        .with_callback(move |observer| {
            let stats = *counters.stats().get(signal);
            observer.observe(stats.exported(), &[]);
            for (reason, lost) in stats.losses().filter(|(_, lost)| *lost > 0) {
                observer.observe(lost, &[KeyValue::new(semconv::ERROR_TYPE, reason)]);
            }
        })
        .build();
}

fn register_queue_size(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    signal: Signal,
    counters: &Arc<Counters>,
) {
    let counters = Arc::clone(counters);
    meter
        .i64_observable_up_down_counter(name)
        .with_unit(unit)
        .with_description("Items queued or in flight")
        .with_callback(move |observer| {
            let waiting = counters.stats().get(signal).waiting();
            observer.observe(i64::try_from(waiting).unwrap_or(i64::MAX), &[]);
        })
        .build();
}

const EXPORTED: [(&str, &str, Signal); 3] = [
    (pipeline::SPANS_EXPORTED, "{span}", Signal::Traces),
    (
        pipeline::METRIC_POINTS_EXPORTED,
        "{data_point}",
        Signal::Metrics,
    ),
    (pipeline::LOGS_EXPORTED, "{log_record}", Signal::Logs),
];

const QUEUE_SIZES: [(&str, &str, Signal); 2] = [
    (pipeline::SPAN_QUEUE_SIZE, "{span}", Signal::Traces),
    (pipeline::LOG_QUEUE_SIZE, "{log_record}", Signal::Logs),
];

type Total = fn(&TelemetryStats) -> u64;

const TOTALS: [(&str, &str, Total); 5] = [
    (
        pipeline::REQUESTS_RETRIED,
        "{request}",
        TelemetryStats::retried,
    ),
    (pipeline::REQUESTS_SPLIT, "{request}", TelemetryStats::split),
    (pipeline::BYTES_SENT, "By", TelemetryStats::bytes_sent),
    (pipeline::VALUES_TRUNCATED, "{value}", |stats| {
        stats.signals.iter().map(SignalStats::truncated).sum()
    }),
    (pipeline::RECORDS_SHORTENED, "{record}", |stats| {
        stats.signals.iter().map(SignalStats::shortened).sum()
    }),
];
