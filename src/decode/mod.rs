//! From the wire to the record of a call: requests, responses and events enter,
//! a [`Call`](crate::record::Call) is filled. Uses `record` and `semconv`; no
//! span, no `tracing`, no OpenTelemetry.

pub(crate) mod converse;
pub(crate) mod document;
mod guardrail_assessment;
pub(crate) mod operation;
pub(crate) mod payload;
