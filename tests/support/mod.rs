//! What the integration tests share.
//!
//! A test binary that uses a part of it alone declares it with
//! `#[expect(dead_code, reason = "..")]`.

#![expect(
    unreachable_pub,
    reason = "a module of test binaries: nobody else can reach it"
)]

pub mod otlp;
