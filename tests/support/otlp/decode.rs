//! Decoded requests.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use hyper::body::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, number_data_point};
use opentelemetry_proto::tonic::trace::v1 as proto;
use prost::Message as _;
use serde_json::{Value, json};

/// Decompresses the body of a request.
pub(super) fn decompress_body(parts: &http::request::Parts, body: &Bytes) -> Vec<u8> {
    let encoding = parts.headers.get("content-encoding");
    #[cfg(feature = "zstd")]
    if encoding.is_some_and(|value| value == "zstd") {
        return zstd::stream::decode_all(body.as_ref()).unwrap();
    }
    let mut plain = Vec::new();
    if encoding.is_some_and(|value| value == "gzip") {
        flate2::read::GzDecoder::new(body.as_ref())
            .read_to_end(&mut plain)
            .unwrap();
    } else {
        plain.extend_from_slice(body);
    }
    plain
}

/// A request, accepted or not.
#[derive(Clone, Debug)]
pub struct Export {
    pub path: String,
    pub headers: HeaderMap,
    /// Bytes on the wire.
    pub size: usize,
    /// Whether the response was a success.
    pub accepted: bool,
    /// How long its oldest span, log record or metric point was on the way:
    /// since the span began, the record was emitted, the metrics were collected.
    pub delay: Duration,
    pub resource: Attributes,
    pub spans: Vec<Span>,
    pub metrics: Vec<Metric>,
    pub logs: Vec<Log>,
}

/// A decoded log record.
#[derive(Clone, Debug)]
pub struct Log {
    pub body: Value,
    pub severity: String,
    pub trace_id: String,
    pub span_id: String,
    pub attributes: Attributes,
}

/// A decoded span.
#[derive(Clone, Debug)]
pub struct Span {
    pub name: String,
    /// Lower-case hexadecimal, as all ids.
    pub trace_id: String,
    pub id: String,
    /// Empty for a root.
    pub parent_id: String,
    pub scope: String,
    pub kind: i32,
    /// Nanoseconds since 1970.
    pub started: u64,
    /// The description, where the status is an error.
    pub error: Option<String>,
    pub attributes: Attributes,
    pub events: Vec<(String, Attributes)>,
}

/// Attributes by name, with their types on the wire.
pub type Attributes = BTreeMap<String, Value>;

impl Export {
    pub(super) fn decode(parts: &http::request::Parts, body: &Bytes, plain: &[u8]) -> Self {
        let mut export = Self {
            path: parts.uri.path().to_owned(),
            headers: parts.headers.clone(),
            size: body.len(),
            accepted: false,
            delay: Duration::ZERO,
            resource: Attributes::new(),
            spans: Vec::new(),
            metrics: Vec::new(),
            logs: Vec::new(),
        };
        match export.path.rsplit('/').next() {
            Some("metrics") => export.add_metrics(plain),
            Some("logs") => export.add_logs(plain),
            _ => export.add_spans(plain),
        }
        export
    }

    pub fn has_spans(&self) -> bool {
        !self.spans.is_empty()
    }

    fn add_metrics(&mut self, body: &[u8]) {
        let request = ExportMetricsServiceRequest::decode(body).unwrap();
        for group in request.resource_metrics {
            let resource = group.resource.unwrap_or_default();
            self.resource.extend(attributes(resource.attributes));
            let scopes = group.scope_metrics.into_iter();
            self.metrics.extend(scopes.flat_map(|scope| scope.metrics));
        }
        let times = self.metrics.iter().flat_map(point_times).min();
        self.delay = delay_since(times);
    }

    fn add_logs(&mut self, body: &[u8]) {
        let request = ExportLogsServiceRequest::decode(body).unwrap();
        for group in request.resource_logs {
            let resource = group.resource.unwrap_or_default();
            self.resource.extend(attributes(resource.attributes));
            let records = group.scope_logs.into_iter().flat_map(|it| it.log_records);
            for record in records {
                let delay = delay_since(Some(record.observed_time_unix_nano));
                self.delay = self.delay.max(delay);
                self.logs.push(Log::from_proto(record));
            }
        }
    }

    fn add_spans(&mut self, body: &[u8]) {
        let export = self;
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        for group in request.resource_spans {
            export
                .resource
                .extend(attributes(group.resource.unwrap_or_default().attributes));
            for scope in group.scope_spans {
                let name = scope.scope.unwrap_or_default().name;
                export.spans.extend(
                    scope
                        .spans
                        .into_iter()
                        .map(|span| Span::from_proto(span, &name)),
                );
            }
        }
        let oldest = export.spans.iter().map(|span| span.started).min();
        export.delay = delay_since(oldest);
    }
}

/// From nanoseconds since 1970 until now.
fn delay_since(nanos: Option<u64>) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    nanos.map_or(Duration::ZERO, |nanos| {
        now.unwrap().saturating_sub(Duration::from_nanos(nanos))
    })
}

/// When each point of a metric was collected, in nanoseconds since 1970.
pub(super) fn point_times(metric: &Metric) -> Vec<u64> {
    match &metric.data {
        Some(Data::Sum(data)) => data
            .data_points
            .iter()
            .map(|it| it.time_unix_nano)
            .collect(),
        Some(Data::Gauge(data)) => data
            .data_points
            .iter()
            .map(|it| it.time_unix_nano)
            .collect(),
        Some(Data::Histogram(data)) => data
            .data_points
            .iter()
            .map(|it| it.time_unix_nano)
            .collect(),
        Some(Data::ExponentialHistogram(data)) => data
            .data_points
            .iter()
            .map(|it| it.time_unix_nano)
            .collect(),
        _ => Vec::new(),
    }
}

/// The sum of the points of a counter with whole numbers.
pub(super) fn counter_value(metric: &Metric) -> i64 {
    let Some(Data::Sum(sum)) = &metric.data else {
        return 0;
    };
    let values = sum.data_points.iter().map(|point| match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        _ => 0,
    });
    values.sum()
}

impl Log {
    fn from_proto(record: LogRecord) -> Self {
        Self {
            body: json(record.body),
            severity: record.severity_text,
            trace_id: hex(&record.trace_id),
            span_id: hex(&record.span_id),
            attributes: attributes(record.attributes),
        }
    }
}

impl Span {
    fn from_proto(span: proto::Span, scope: &str) -> Self {
        Self {
            name: span.name,
            trace_id: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent_id: hex(&span.parent_span_id),
            scope: scope.to_owned(),
            kind: span.kind,
            started: span.start_time_unix_nano,
            error: span
                .status
                .filter(|status| status.code() == proto::status::StatusCode::Error)
                .map(|status| status.message),
            attributes: attributes(span.attributes),
            events: span
                .events
                .into_iter()
                .map(|event| (event.name, attributes(event.attributes)))
                .collect(),
        }
    }
}

pub fn attributes(list: Vec<KeyValue>) -> Attributes {
    let mut attributes = Attributes::new();
    for kv in list {
        let twice = attributes.insert(kv.key.clone(), json(kv.value));
        assert!(twice.is_none(), "two attributes {}", kv.key);
    }
    attributes
}

fn json(value: Option<AnyValue>) -> Value {
    match value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => json!(text),
        Some(any_value::Value::BoolValue(value)) => json!(value),
        Some(any_value::Value::IntValue(value)) => json!(value),
        Some(any_value::Value::DoubleValue(value)) => json!(value),
        Some(any_value::Value::ArrayValue(array)) => array
            .values
            .into_iter()
            .map(|item| json(Some(item)))
            .collect(),
        other => json!(format!("{other:?}")),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
