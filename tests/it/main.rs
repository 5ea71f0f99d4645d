//! The integration tests, in one binary: linking the SDK is slow.

#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "agent-runtime")]
mod agent_runtime;
#[cfg(feature = "agent-runtime")]
mod agents;
mod bidirectional;
mod converse;
mod converse_stream;
mod examples;
#[cfg(feature = "telemetry")]
mod exported;
mod families;
mod messages;
mod model_ids;
mod stream_endings;
mod support_bedrock;
#[cfg(feature = "telemetry")]
mod telemetry;
mod unchanged;
