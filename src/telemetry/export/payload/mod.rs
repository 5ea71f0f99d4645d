//! The OTLP payload of one request: decoding, visiting, splitting, encoding.

pub(in crate::telemetry) mod attributes;
pub(in crate::telemetry) mod compression;
pub(in crate::telemetry) mod metric_points;
pub(in crate::telemetry) mod otlp_payload;
mod split;
