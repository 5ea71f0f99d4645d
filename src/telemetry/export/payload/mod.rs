//! What one request carries.

pub(in crate::telemetry) mod attributes;
pub(in crate::telemetry) mod otlp_payload;
mod split;
