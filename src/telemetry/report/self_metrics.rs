//! The pipeline's own metrics.

use std::sync::Arc;

use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::counters::Counters;
use super::stats::{SignalStats, TelemetryStats};
use crate::semconv;
use crate::semconv::pipeline;
use crate::telemetry::signal::Signal;

/// Makes what [`TelemetryStats`] tells visible at the receiver: who looks at a
/// dashboard can see that spans were lost, and why.
pub(crate) fn observe(provider: &SdkMeterProvider, counters: &Arc<Counters>) {
    let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build();
    let meter = provider.meter_with_scope(scope);
    for (name, unit, signal) in [
        (pipeline::SPANS_EXPORTED, "{span}", Signal::Traces),
        (
            pipeline::METRIC_POINTS_EXPORTED,
            "{data_point}",
            Signal::Metrics,
        ),
        (pipeline::LOGS_EXPORTED, "{log_record}", Signal::Logs),
    ] {
        exported(&meter, name, unit, signal, counters);
    }
    for (name, unit, signal) in [
        (pipeline::SPAN_QUEUE_SIZE, "{span}", Signal::Traces),
        (pipeline::LOG_QUEUE_SIZE, "{log_record}", Signal::Logs),
    ] {
        let counters = Arc::clone(counters);
        meter
            .i64_observable_up_down_counter(name)
            .with_unit(unit)
            .with_description("What has ended and was neither delivered nor lost yet")
            .with_callback(move |seen| {
                let waiting = counters.stats().of(signal).waiting();
                seen.observe(i64::try_from(waiting).unwrap_or(i64::MAX), &[]);
            })
            .build();
    }
    let totals: [(_, _, Total); 5] = [
        (
            pipeline::REQUESTS_RETRIED,
            "{request}",
            TelemetryStats::retried,
        ),
        (pipeline::REQUESTS_SPLIT, "{request}", TelemetryStats::split),
        (pipeline::BYTES_SENT, "By", TelemetryStats::bytes_sent),
        (pipeline::VALUES_TRUNCATED, "{value}", |stats| {
            sum(stats, SignalStats::truncated)
        }),
        (pipeline::RECORDS_SHORTENED, "{record}", |stats| {
            sum(stats, SignalStats::shortened)
        }),
    ];
    for (name, unit, total) in totals {
        let counters = Arc::clone(counters);
        meter
            .u64_observable_counter(name)
            .with_unit(unit)
            .with_callback(move |seen| seen.observe(total(&counters.stats()), &[]))
            .build();
    }
}

/// Counts what was delivered, and by reason what was lost.
fn exported(
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
        .with_description("What was delivered; with error.type, what was lost")
        .with_callback(move |seen| {
            let stats = counters.stats();
            let stats = stats.of(signal);
            seen.observe(stats.exported(), &[]);
            for (reason, lost) in stats.losses().filter(|(_, lost)| *lost > 0) {
                seen.observe(lost, &[KeyValue::new(semconv::ERROR_TYPE, reason)]);
            }
        })
        .build();
}

type Total = fn(&TelemetryStats) -> u64;

fn sum(stats: &TelemetryStats, count: fn(&SignalStats) -> u64) -> u64 {
    let signals = Signal::ALL.iter();
    signals.map(|signal| count(stats.of(*signal))).sum()
}
