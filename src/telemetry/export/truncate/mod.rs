//! Truncates values of a payload to the receiver's limits.

mod json;
pub(in crate::telemetry) mod limits;
pub(in crate::telemetry) mod record_limits;
pub(super) mod request_size;
mod text;
