//! How long the service took, by its own measurement.

#[derive(Debug, Default)]
pub(crate) struct Latency {
    pub(crate) invocation_ms: Option<i64>,
    pub(crate) first_byte_ms: Option<i64>,
}
