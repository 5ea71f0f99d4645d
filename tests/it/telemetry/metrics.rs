//! Metrics on their way.

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use nr_bedrock_observability::{Telemetry, TelemetryGuard};

use super::{subscribe, to, trace, with};
use crate::support::otlp::{Metric, Receiver};

fn record(guard: &TelemetryGuard) {
    let meter = guard.meter_provider().meter("app");
    let attributes = [KeyValue::new("gen_ai.provider.name", "aws.bedrock")];
    let histogram = meter.f64_histogram("app.duration").with_unit("s").build();
    histogram.record(0.5, &attributes);
    meter.u64_counter("app.calls").build().add(2, &attributes);
}

fn named<'a>(metrics: &'a [Metric], name: &str) -> &'a Metric {
    let found = metrics.iter().rev().find(|metric| metric.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {metrics:#?}"))
}

/// The value of a sum's point, with the reason of a loss or without.
fn value(metrics: &[Metric], name: &str, reason: Option<&str>) -> Option<i64> {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value::AsInt;
    let Some(Data::Sum(sum)) = &named(metrics, name).data else {
        panic!("{name} is no sum");
    };
    let point = sum.data_points.iter().find(|point| {
        let attribute = point.attributes.iter().find(|kv| kv.key == "error.type");
        let value = attribute.and_then(|kv| kv.value.as_ref()?.value.as_ref());
        match (value, reason) {
            (Some(Value::StringValue(value)), Some(reason)) => value == reason,
            (None, None) => true,
            _ => false,
        }
    })?;
    match point.value {
        Some(AsInt(value)) => Some(value),
        _ => None,
    }
}

#[test]
fn new_relic_gets_deltas_and_exponential_histograms() {
    let receiver = Receiver::start();
    let (_, guard) = subscribe(to(&receiver));
    record(&guard);
    guard.flush().unwrap();
    let metrics = receiver.metrics();
    let Some(Data::ExponentialHistogram(histogram)) = &named(&metrics, "app.duration").data else {
        panic!("{metrics:#?}");
    };
    let delta = AggregationTemporality::Delta as i32;
    assert_eq!(histogram.aggregation_temporality, delta);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum), (1, Some(0.5)));
    let keys: Vec<_> = point.attributes.iter().map(|kv| kv.key.as_str()).collect();
    assert_eq!(keys, ["gen_ai.provider.name", "gen_ai.system"]);
    let Some(Data::Sum(sum)) = &named(&metrics, "app.calls").data else {
        panic!("{metrics:#?}");
    };
    assert_eq!(sum.aggregation_temporality, delta);
    let export = receiver.all_exports().remove(0);
    assert_eq!(export.path, "/v1/metrics");
    assert_eq!(export.resource["service.name"], "support-bot");
    guard.shutdown().unwrap();
}

#[test]
fn other_receivers_get_opentelemetrys_defaults() {
    let receiver = Receiver::start();
    let telemetry = Telemetry::otlp()
        .environment(|_| None)
        .endpoint(receiver.url());
    let (_, guard) = subscribe(telemetry);
    record(&guard);
    guard.flush().unwrap();
    let metrics = receiver.metrics();
    let Some(Data::Histogram(histogram)) = &named(&metrics, "app.duration").data else {
        panic!("{metrics:#?}");
    };
    let cumulative = AggregationTemporality::Cumulative as i32;
    assert_eq!(histogram.aggregation_temporality, cumulative);
    assert_eq!(histogram.data_points[0].attributes.len(), 1);
    guard.shutdown().unwrap();
}

#[test]
fn the_pipeline_tells_what_became_of_its_spans() {
    let receiver = Receiver::start();
    receiver.fail_next([crate::support::otlp::Fault::Status(400, None)]);
    let cumulative = |name: &str| {
        (name == "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")
            .then(|| "cumulative".to_owned())
    };
    let (dispatch, guard) = subscribe(to(&receiver).environment(cumulative));
    with(&dispatch, trace);
    guard.flush().unwrap_err();
    with(&dispatch, trace);
    guard.flush().unwrap();
    guard.flush().unwrap();
    let metrics = receiver.metrics();
    let exported = "otel.sdk.exporter.span.exported";
    assert_eq!(value(&metrics, exported, None), Some(2));
    assert_eq!(value(&metrics, exported, Some("refused")), Some(2));
    assert_eq!(value(&metrics, exported, Some("deadline")), None);
    assert_eq!(
        value(&metrics, "otel.sdk.processor.span.queue.size", None),
        Some(0)
    );
    assert_eq!(
        value(&metrics, "nr_bedrock.exporter.requests.retried", None),
        Some(0)
    );
    assert!(value(&metrics, "nr_bedrock.exporter.sent", None) > Some(0));
    guard.shutdown().unwrap();
}

#[test]
fn metrics_are_turned_off_by_the_variable_that_opentelemetry_has_for_it() {
    let receiver = Receiver::start();
    let off = |name: &str| (name == "OTEL_METRICS_EXPORTER").then(|| "none".to_owned());
    let (_, guard) = subscribe(to(&receiver).environment(off));
    record(&guard);
    guard.shutdown().unwrap();
    assert!(receiver.all_exports().is_empty());
}
