//! Everything in a payload that has attributes.

use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, number_data_point};
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::otlp_payload::Payload;

/// Where attributes stand: each place has limits of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::telemetry) enum Place {
    /// A span, a metric point or a log record.
    Record,
    /// An event or a link of a span.
    Event,
    Resource,
    Scope,
}

pub(in crate::telemetry) type Attributes = Vec<KeyValue>;

impl Payload {
    /// Shows all attributes of all records.
    pub(in crate::telemetry) fn visit(&mut self, mut visit: impl FnMut(Place, &mut Attributes)) {
        let visit = &mut visit;
        match self {
            Self::Logs(request) => {
                for group in &mut request.resource_logs {
                    resource(group.resource.as_mut(), visit);
                    for scoped in &mut group.scope_logs {
                        scope(scoped.scope.as_mut(), visit);
                        for record in &mut scoped.log_records {
                            visit(Place::Record, &mut record.attributes);
                        }
                    }
                }
            }
            Self::Metrics(request) => {
                for group in &mut request.resource_metrics {
                    resource(group.resource.as_mut(), visit);
                    for scoped in &mut group.scope_metrics {
                        scope(scoped.scope.as_mut(), visit);
                        for metric in &mut scoped.metrics {
                            points(metric, visit);
                        }
                    }
                }
            }
            Self::Traces(request) => {
                for group in &mut request.resource_spans {
                    resource(group.resource.as_mut(), visit);
                    for scoped in &mut group.scope_spans {
                        scope(scoped.scope.as_mut(), visit);
                        for span in &mut scoped.spans {
                            visit(Place::Record, &mut span.attributes);
                            for event in &mut span.events {
                                visit(Place::Event, &mut event.attributes);
                            }
                            for link in &mut span.links {
                                visit(Place::Event, &mut link.attributes);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Takes out points whose value is no number; gives how many.
    pub(in crate::telemetry) fn drop_unreal_points(&mut self) -> u64 {
        let Self::Metrics(request) = self else {
            return 0;
        };
        let groups = request.resource_metrics.iter_mut();
        let scopes = groups.flat_map(|group| &mut group.scope_metrics);
        let dropped =
            scopes
                .flat_map(|scope| &mut scope.metrics)
                .map(|metric| match &mut metric.data {
                    Some(Data::Gauge(data)) => drop_unreal(&mut data.data_points),
                    Some(Data::Sum(data)) => drop_unreal(&mut data.data_points),
                    _ => 0,
                });
        u64::try_from(dropped.sum::<usize>()).unwrap_or(u64::MAX)
    }
}

fn drop_unreal(points: &mut Vec<NumberDataPoint>) -> usize {
    let before = points.len();
    points.retain(|point| match point.value {
        Some(number_data_point::Value::AsDouble(value)) => value.is_finite(),
        _ => true,
    });
    before - points.len()
}

fn resource(resource: Option<&mut Resource>, visit: &mut impl FnMut(Place, &mut Attributes)) {
    if let Some(resource) = resource {
        visit(Place::Resource, &mut resource.attributes);
    }
}

fn scope(scope: Option<&mut InstrumentationScope>, visit: &mut impl FnMut(Place, &mut Attributes)) {
    if let Some(scope) = scope {
        visit(Place::Scope, &mut scope.attributes);
    }
}

fn points(metric: &mut Metric, visit: &mut impl FnMut(Place, &mut Attributes)) {
    macro_rules! all {
        ($data:expr) => {
            for point in &mut $data.data_points {
                visit(Place::Record, &mut point.attributes);
            }
        };
    }
    match &mut metric.data {
        Some(Data::Gauge(data)) => all!(data),
        Some(Data::Sum(data)) => all!(data),
        Some(Data::Histogram(data)) => all!(data),
        Some(Data::ExponentialHistogram(data)) => all!(data),
        Some(Data::Summary(data)) => all!(data),
        None => {}
    }
}
