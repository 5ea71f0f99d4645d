//! What the integration tests share.
//!
//! A test binary that uses a part of it alone declares it with
//! `#[expect(dead_code, reason = "..")]`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a module of test binaries: nobody else can reach it, and failing is its business"
)]

pub mod bedrock;
pub mod duplex;
pub mod frames;
pub mod meters;
#[cfg(feature = "telemetry")]
#[cfg_attr(
    not(feature = "logs"),
    expect(dead_code, reason = "log records are looked at with the feature alone")
)]
pub mod otlp;
pub mod records;
pub mod spans;
pub mod typed;
