//! The operations of `aws-sdk-bedrockruntime`.

use super::Operation;

mod async_invoke;
mod bidirectional;
mod converse;
mod count_tokens;
pub(crate) mod guardrail;
mod invoke_model;

/// The operations of `aws-sdk-bedrockruntime`.
pub(super) static OPERATIONS: &[&dyn Operation] = &[
    &converse::Converse,
    &converse::ConverseStream,
    &invoke_model::InvokeModel,
    &invoke_model::InvokeModelWithResponseStream,
    &bidirectional::INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM,
    &guardrail::APPLY_GUARDRAIL,
    &guardrail::INVOKE_GUARDRAIL_CHECKS,
    &count_tokens::COUNT_TOKENS,
    &async_invoke::START_ASYNC_INVOKE,
    &async_invoke::GET_ASYNC_INVOKE,
    &async_invoke::LIST_ASYNC_INVOKES,
];
