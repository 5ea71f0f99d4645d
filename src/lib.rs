#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod completion;
mod content;
mod context;
mod emit;
mod error;
mod failure;
mod family;
mod feedback;
mod flight;
mod interceptor;
mod json;
mod judge;
mod model_id;
mod monitor;
mod operation;
mod options;
pub mod propagation;
pub mod rag;
#[cfg(test)]
mod random;
mod semconv;
mod stream;
mod tap;
#[cfg(feature = "telemetry")]
mod telemetry;
pub mod tools;
mod trace_ref;
mod work;

pub use completion::Completion;
pub use content::{Content, ContentKind};
pub use error::Error;
pub use feedback::{Evaluation, Feedback, Rating, Score};
pub use monitor::{Monitor, monitor_bedrock, monitor_bedrock_with};
pub use options::{ContentCapture, MonitorOptions};
pub use propagation::current_trace_id;
#[cfg(feature = "telemetry")]
pub use telemetry::{SignalStats, Telemetry, TelemetryGuard, TelemetryStats};
pub use trace_ref::TraceRef;

/// The target of the crate's spans and logs.
const TARGET: &str = "nr_bedrock_observability";
