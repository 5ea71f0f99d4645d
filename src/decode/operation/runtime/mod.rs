//! The operations of `aws-sdk-bedrockruntime`.
//!
//! In and out as for [`super`]: the SDK's types and the bytes of one call become
//! its record. May use `decode::payload` for the models' own bodies.

mod async_invoke;
mod bidirectional;
mod converse;
mod count_tokens;
pub(crate) mod guardrail;
mod invoke_model;
mod table;

pub(super) use self::table::TABLES;
