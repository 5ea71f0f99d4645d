//! Placeholder while the rooms are laid out.

mod error;
#[cfg(feature = "telemetry")]
mod telemetry;

pub use error::Error;
#[cfg(feature = "telemetry")]
pub use telemetry::{Telemetry, TelemetryGuard, TelemetryStats};
