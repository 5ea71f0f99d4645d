//! The rules of New Relic's ingest.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};
use prost::Message as _;

/// The status that rejects a request before its body is decoded.
pub(super) fn check_request(parts: &http::request::Parts, body: &[u8], key: &str) -> Option<u16> {
    let header = |name: &str| parts.headers.get(name).map(http::HeaderValue::as_bytes);
    match parts.uri.path() {
        "/v1/traces" | "/v1/metrics" | "/v1/logs" => {}
        _ => return Some(404),
    }
    if parts.method != http::Method::POST {
        return Some(405);
    }
    match header("api-key") {
        None => return Some(401),
        Some(sent) if sent != key.as_bytes() => return Some(403),
        Some(_) => {}
    }
    if header("content-type") != Some(b"application/x-protobuf") {
        return Some(415);
    }
    (body.len() > 1_000_000).then_some(413)
}

/// What New Relic would truncate or drop in an accepted request.
pub(super) fn find_problems(path: &str, body: &[u8]) -> Vec<String> {
    let mut problems = Vec::new();
    let list = &mut problems;
    match path {
        "/v1/logs" => {
            let request = ExportLogsServiceRequest::decode(body).unwrap();
            for group in request.resource_logs {
                check_attributes(&group.resource.unwrap_or_default().attributes, 64, list);
                let records = group.scope_logs.into_iter().flat_map(|it| it.log_records);
                records.for_each(|record| check_attributes(&record.attributes, 128, list));
            }
        }
        "/v1/metrics" => {
            let request = ExportMetricsServiceRequest::decode(body).unwrap();
            for group in request.resource_metrics {
                check_attributes(&group.resource.unwrap_or_default().attributes, 64, list);
                let metrics = group.scope_metrics.into_iter().flat_map(|it| it.metrics);
                metrics.for_each(|metric| check_metric(&metric, list));
            }
        }
        _ => {
            let request = ExportTraceServiceRequest::decode(body).unwrap();
            for group in request.resource_spans {
                check_attributes(&group.resource.unwrap_or_default().attributes, 64, list);
                let spans = group.scope_spans.into_iter().flat_map(|it| it.spans);
                for span in spans {
                    check_attributes(&span.attributes, 128, list);
                    let events = span.events.iter();
                    events.for_each(|event| check_attributes(&event.attributes, 128, list));
                }
            }
        }
    }
    problems
}

fn check_attributes(attributes: &[KeyValue], most: usize, problems: &mut Vec<String>) {
    if attributes.len() > most {
        problems.push(format!("{} attributes", attributes.len()));
    }
    for kv in attributes {
        let key = &kv.key;
        if key.chars().count() > 255 {
            problems.push(format!("a long name: {key}"));
        }
        match kv.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(any_value::Value::StringValue(text)) if text.chars().count() > 4_095 => {
                problems.push(format!("{key} is too long"));
            }
            Some(any_value::Value::DoubleValue(number)) if !number.is_finite() => {
                problems.push(format!("{key} is no number"));
            }
            Some(any_value::Value::ArrayValue(array)) => {
                if array.values.len() > 64 {
                    problems.push(format!("{key} has too many items"));
                }
                if !array.values.iter().all(is_plain) {
                    problems.push(format!("{key} has values inside"));
                }
            }
            Some(any_value::Value::KvlistValue(_)) => {
                problems.push(format!("{key} has values inside"));
            }
            None => problems.push(format!("{key} has no value")),
            _ => {}
        }
    }
}

fn is_plain(value: &AnyValue) -> bool {
    use any_value::Value::{BoolValue, DoubleValue, IntValue, StringValue};
    matches!(
        value.value,
        Some(StringValue(_) | BoolValue(_) | IntValue(_) | DoubleValue(_))
    )
}

fn check_metric(metric: &Metric, problems: &mut Vec<String>) {
    let name = &metric.name;
    macro_rules! points {
        ($data:expr) => {
            for point in &$data.data_points {
                check_attributes(&point.attributes, 128, problems);
            }
        };
    }
    let delta = AggregationTemporality::Delta as i32;
    match &metric.data {
        Some(Data::Sum(data)) => {
            if !data.is_monotonic && data.aggregation_temporality == delta {
                problems.push(format!("{name} goes up and down, as deltas"));
            }
            if data.is_monotonic && data.aggregation_temporality != delta {
                problems.push(format!("{name} is cumulative"));
            }
            points!(data);
        }
        Some(Data::Gauge(data)) => points!(data),
        Some(Data::Histogram(data)) => {
            problems.push(format!("{name} has explicit buckets"));
            points!(data);
        }
        Some(Data::ExponentialHistogram(data)) => points!(data),
        other => problems.push(format!("{name}: {other:?}")),
    }
}
