//! The integration tests, in one binary: linking the SDK is slow.

#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "agent-runtime")]
mod agent_runtime;
#[cfg(feature = "agentcore")]
mod agentcore;
#[cfg(feature = "agent-runtime")]
mod agents;
mod bidirectional;
mod completions;
mod content;
mod content_decisions;
mod context;
mod converse;
mod converse_stream;
mod default_options;
mod env_options;
mod errors;
mod evaluations;
mod examples;
#[cfg(feature = "telemetry")]
mod exported;
mod feedback;
mod guardrails;
#[cfg(feature = "telemetry")]
mod lambda;
mod llm_events;
mod media;
mod messages;
mod metrics;
mod mock_bedrock;
mod model_ids;
mod payload_formats;
mod placement;
mod propagation;
mod rag;
mod runtime_operations;
mod stream_endings;
mod stream_reading;
mod swapped_bodies;
#[cfg(feature = "telemetry")]
mod telemetry;
mod tools;
mod unchanged;
#[cfg(all(feature = "agent-runtime", feature = "agentcore"))]
mod unsent_agent_calls;
mod warned;
