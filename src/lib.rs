#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod content;
mod emit;
mod error;
mod failure;
mod family;
mod feedback;
mod flight;
mod interceptor;
mod json;
mod model_id;
mod monitor;
mod operation;
mod options;
mod propagation;
#[cfg(test)]
mod random;
mod semconv;
mod stream;
mod tap;
#[cfg(feature = "telemetry")]
mod telemetry;

pub use content::{Content, ContentKind};
pub use error::Error;
pub use feedback::{Feedback, Rating};
pub use monitor::{Monitor, monitor_bedrock, monitor_bedrock_with};
pub use options::{ContentCapture, MonitorOptions};
pub use propagation::current_trace_id;
#[cfg(feature = "telemetry")]
pub use telemetry::{SignalStats, Telemetry, TelemetryGuard, TelemetryStats};

/// The target of the crate's spans and logs.
const TARGET: &str = "nr_bedrock_observability";
