//! Shared by the integration tests.
//!
//! A test binary that uses only parts of it declares it with
//! `#[expect(dead_code, reason = "..")]`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a module of test binaries: no other crate can reach it, and a panic fails the test"
)]

#[cfg(feature = "telemetry")]
pub mod certificates;
pub mod duplex;
#[cfg(feature = "telemetry")]
pub mod lambda_api;
pub mod meters;
#[path = "../../examples/mock_bedrock/mod.rs"]
pub mod mock_bedrock;
#[cfg(feature = "telemetry")]
#[cfg_attr(
    not(feature = "logs"),
    expect(
        dead_code,
        reason = "only the tests of feature `logs` check log records"
    )
)]
pub mod otlp;
#[cfg(feature = "telemetry")]
pub mod proxy;
pub mod records;
pub mod spans;
pub mod typed;
