//! The operations of `aws-sdk-bedrockagentruntime`.

use super::Table;

mod documents;
mod retrieve;

const SERVICE: &str = "BedrockAgentRuntime";

pub(super) static OPERATIONS: Table = &[&retrieve::RETRIEVE];
