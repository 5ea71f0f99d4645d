//! Stand-ins for what the crate talks to.

pub mod otlp;
