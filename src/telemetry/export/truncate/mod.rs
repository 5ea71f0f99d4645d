//! How much of a value is exported.

mod json;
pub(in crate::telemetry) mod limits;
pub(super) mod request_size;
