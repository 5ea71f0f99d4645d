//! Metric points with values that New Relic rejects.

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{NumberDataPoint, number_data_point};

use super::otlp_payload::OtlpPayload;

/// Removes points whose value is infinite or not a number. Returns how many.
pub(crate) fn drop_non_finite_points(payload: &mut OtlpPayload) -> usize {
    let OtlpPayload::Metrics(request) = payload else {
        return 0;
    };
    let groups = request.resource_metrics.iter_mut();
    let scopes = groups.flat_map(|group| &mut group.scope_metrics);
    let metrics = scopes.flat_map(|scope| &mut scope.metrics);
    let dropped = metrics.map(|metric| match &mut metric.data {
        Some(Data::Gauge(data)) => retain_finite(&mut data.data_points),
        Some(Data::Sum(data)) => retain_finite(&mut data.data_points),
        _ => 0,
    });
    dropped.sum()
}

fn retain_finite(points: &mut Vec<NumberDataPoint>) -> usize {
    let before = points.len();
    points.retain(|point| match point.value {
        Some(number_data_point::Value::AsDouble(value)) => value.is_finite(),
        _ => true,
    });
    before - points.len()
}
