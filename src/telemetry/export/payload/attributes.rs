//! All attributes of a payload.

use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::otlp_payload::OtlpPayload;

/// What a list of attributes belongs to. Each has its own limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AttributeOwner {
    /// A span, a metric point or a log record.
    Record,
    /// An event of a span.
    Event,
    /// A link of a span.
    Link,
    Resource,
    Scope,
}

pub(crate) type Attributes = Vec<KeyValue>;

/// Calls `visit` for each list of attributes.
pub(crate) fn visit_attributes(
    payload: &mut OtlpPayload,
    mut visit: impl FnMut(AttributeOwner, &mut Attributes),
) {
    visit_counted_attributes(payload, |owner, attributes, _| visit(owner, attributes));
}

/// Calls `visit` for each list of attributes, with its count of dropped ones.
pub(crate) fn visit_counted_attributes(
    payload: &mut OtlpPayload,
    mut visit: impl FnMut(AttributeOwner, &mut Attributes, &mut u32),
) {
    let visit = &mut visit;
    macro_rules! visit_groups {
        ($groups:expr, $scopes:ident, $records:ident, $visit_record:ident) => {
            for group in &mut $groups {
                visit_resource(group.resource.as_mut(), visit);
                for scoped in &mut group.$scopes {
                    visit_scope(scoped.scope.as_mut(), visit);
                    for record in &mut scoped.$records {
                        $visit_record(record, visit);
                    }
                }
            }
        };
    }
    match payload {
        OtlpPayload::Logs(request) => {
            visit_groups!(request.resource_logs, scope_logs, log_records, visit_log);
        }
        OtlpPayload::Metrics(request) => {
            visit_groups!(
                request.resource_metrics,
                scope_metrics,
                metrics,
                visit_metric
            );
        }
        OtlpPayload::Traces(request) => {
            visit_groups!(request.resource_spans, scope_spans, spans, visit_span);
        }
    }
}

fn visit_resource(
    resource: Option<&mut Resource>,
    visit: &mut impl FnMut(AttributeOwner, &mut Attributes, &mut u32),
) {
    if let Some(resource) = resource {
        visit(
            AttributeOwner::Resource,
            &mut resource.attributes,
            &mut resource.dropped_attributes_count,
        );
    }
}

fn visit_scope(
    scope: Option<&mut InstrumentationScope>,
    visit: &mut impl FnMut(AttributeOwner, &mut Attributes, &mut u32),
) {
    if let Some(scope) = scope {
        visit(
            AttributeOwner::Scope,
            &mut scope.attributes,
            &mut scope.dropped_attributes_count,
        );
    }
}

fn visit_log(
    record: &mut LogRecord,
    visit: &mut impl FnMut(AttributeOwner, &mut Attributes, &mut u32),
) {
    visit(
        AttributeOwner::Record,
        &mut record.attributes,
        &mut record.dropped_attributes_count,
    );
}

fn visit_span(span: &mut Span, visit: &mut impl FnMut(AttributeOwner, &mut Attributes, &mut u32)) {
    visit(
        AttributeOwner::Record,
        &mut span.attributes,
        &mut span.dropped_attributes_count,
    );
    for event in &mut span.events {
        visit(
            AttributeOwner::Event,
            &mut event.attributes,
            &mut event.dropped_attributes_count,
        );
    }
    for link in &mut span.links {
        visit(
            AttributeOwner::Link,
            &mut link.attributes,
            &mut link.dropped_attributes_count,
        );
    }
}

fn visit_metric(
    metric: &mut Metric,
    visit: &mut impl FnMut(AttributeOwner, &mut Attributes, &mut u32),
) {
    macro_rules! visit_all {
        ($data:expr) => {
            for point in &mut $data.data_points {
                // OTLP has no such count for points.
                visit(AttributeOwner::Record, &mut point.attributes, &mut 0);
            }
        };
    }
    match &mut metric.data {
        Some(Data::Gauge(data)) => visit_all!(data),
        Some(Data::Sum(data)) => visit_all!(data),
        Some(Data::Histogram(data)) => visit_all!(data),
        Some(Data::ExponentialHistogram(data)) => visit_all!(data),
        Some(Data::Summary(data)) => visit_all!(data),
        None => {}
    }
}
