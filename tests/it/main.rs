//! The integration tests, in one binary: linking the SDK is slow.

#[path = "../support/mod.rs"]
mod support;

mod content;
mod env_options;
mod errors;
mod examples;
#[cfg(feature = "telemetry")]
mod exported;
mod families;
mod feedback;
mod model_ids;
mod placement;
mod stream_endings;
mod support_bedrock;
#[cfg(feature = "telemetry")]
mod telemetry;
mod unchanged;
