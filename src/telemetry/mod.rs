//! The pipeline: where spans go, and how they get there.
//!
//! It knows nothing of Bedrock. [`Telemetry`] collects settings, [`resolve`]
//! turns them into a destination (one `resolve_*` function per setting), and
//! [`install`] builds the providers, the `tracing` layer and the guard.
//! What is recorded travels
//!
//! ```text
//! layer → queue (bounded, counts drops) → batch thread → exporter ┐
//! loggers → queue → batch thread ───────────────────────→ exporter ┤
//! meters → reader, once in a while ─────────────────────→ exporter ┤
//!   doorway (dialect, limits, pack) → delivery thread (wait, send, send again) → HTTP
//! layer → console (one tree per trace) → stderr
//! ```

mod config;
mod console;
mod delivery;
mod export;
mod new_relic;
mod report;
mod signal;
mod signal_config;

pub use self::config::builder::Telemetry;
pub use self::config::guard::TelemetryGuard;
pub use self::report::stats::{SignalStats, TelemetryStats};

/// Target of the pipeline's own log lines. Its layer never records it, so that
/// a report about lost spans cannot become a span event.
const TARGET: &str = "nr_bedrock_observability::telemetry";
