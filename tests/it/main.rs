//! The integration tests, in one binary: linking the SDK is slow.

#[path = "../support/mod.rs"]
mod support;

mod examples;
mod support_bedrock;
