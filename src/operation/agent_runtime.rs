//! The operations of `aws-sdk-bedrockagentruntime`.

use super::Table;

mod agent;
mod documents;
mod retrieve;

const SERVICE: &str = "BedrockAgentRuntime";

pub(super) static OPERATIONS: Table = &[
    &agent::INVOKE_AGENT,
    &agent::INVOKE_INLINE_AGENT,
    &retrieve::RETRIEVE,
];
