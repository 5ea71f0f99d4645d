//! The export pipeline: sends spans, metrics and log records out of the process.
//!
//! It receives settings ([`Telemetry`]) and finished telemetry, and sends OTLP
//! requests or prints trace trees. It may use `error`, `semconv`, `trace` and
//! `emit::sinks`, and contains nothing specific to Bedrock. Inside, each folder
//! may use those before it:
//!
//! ```text
//! signal → report → delivery → export → new_relic, console → config → lambda, check
//! ```
//!
//! Data flows
//!
//! ```text
//! layer   → queue (bounded, counts drops) → batch thread → exporter ┐
//! loggers → queue                         → batch thread → exporter ┤
//! meters  → periodic reader                              → exporter ┤
//!   exporter client (New Relic attributes, limits, batcher) → delivery thread → HTTP
//! layer   → console (one tree per trace) → stderr
//! ```

mod check;
mod compression;
mod config;
mod connection;
mod console;
mod delivery;
mod export;
mod lambda;
mod new_relic;
mod report;
mod signal;
mod signal_config;

pub use self::check::export_check::ExportCheck;
pub use self::check::signal_check::{SignalCheck, SignalOutcome};
pub use self::compression::Compression;
pub use self::config::builder::Telemetry;
pub use self::config::effective_settings::{
    EffectiveDestination, EffectiveSettings, EffectiveSignal,
};
pub use self::config::guard::TelemetryGuard;
pub use self::lambda::invocation::{Invocation, Trigger};
pub use self::lambda::invocations::Invocations;
pub use self::report::stats::{SignalStats, TelemetryStats};
