//! Integration tests, one binary: linking the SDK is slow.

#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "telemetry")]
mod telemetry;
