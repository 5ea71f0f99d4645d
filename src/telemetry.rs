//! The pipeline: where spans go, and how they get there.
//!
//! It knows nothing of Bedrock. [`Telemetry`] collects settings, [`resolve`]
//! turns them into a destination (one `resolve_*` function per setting), and
//! [`install`] builds the tracer provider, the `tracing` layer and the guard.
//! Spans travel
//!
//! ```text
//! layer → queue (bounded, counts drops) → batch thread → export (dialect, split, count) → transport thread → HTTP
//! layer → console (one tree per trace) → stderr
//! ```

mod batching;
mod builder;
mod console;
mod endpoint;
mod env;
mod export;
mod guard;
mod headers;
mod install;
mod layer;
mod limits;
mod new_relic;
mod notice;
mod otlp;
mod outcome;
mod queue;
mod resolve;
mod resource;
mod sampler;
mod split;
mod stats;
mod transport;

pub use builder::Telemetry;
pub use guard::TelemetryGuard;
pub use stats::TelemetryStats;

/// Target of the pipeline's own log lines. Its layer never records it, so that
/// a report about lost spans cannot become a span event.
const TARGET: &str = "nr_bedrock_observability::telemetry";
