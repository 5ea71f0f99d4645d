//! Invocations of an AWS Lambda function: a span each, and a bounded flush before the
//! process is frozen. Public as `lambda`.

mod catch_panic;
mod flush_limit;
pub(super) mod invocation;
pub(super) mod invocations;
mod span;
