//! The operations of `aws-sdk-bedrockagentruntime`.

use super::Table;

mod agent;
mod documents;
mod generate;
mod retrieve;
mod steps;

const SERVICE: &str = "BedrockAgentRuntime";

pub(super) static OPERATIONS: Table = &[
    &agent::INVOKE_AGENT,
    &agent::INVOKE_INLINE_AGENT,
    &generate::RETRIEVE_AND_GENERATE,
    &generate::RETRIEVE_AND_GENERATE_STREAM,
    &retrieve::RETRIEVE,
];
