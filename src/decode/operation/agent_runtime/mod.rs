//! The operations of `aws-sdk-bedrockagentruntime`.

use super::Table;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::RESULT_COUNT;

mod access;
mod agent;
mod agentic;
mod documents;
mod executions;
mod flow;
mod generate;
mod memory;
mod prompts;
mod rerank;
mod retrieve;
mod sessions;
mod steps;
mod tags;

const SERVICE: &str = "BedrockAgentRuntime";

pub(super) static OPERATIONS: Table = &[
    &agent::INVOKE_AGENT,
    &agent::INVOKE_INLINE_AGENT,
    &retrieve::RETRIEVE,
    &generate::RETRIEVE_AND_GENERATE,
    &generate::RETRIEVE_AND_GENERATE_STREAM,
    &agentic::AGENTIC_RETRIEVE_STREAM,
    &rerank::RERANK,
    &prompts::GENERATE_QUERY,
    &prompts::OPTIMIZE_PROMPT,
    &flow::INVOKE_FLOW,
    &memory::GET,
    &memory::DELETE,
    // Plain spans.
    &executions::START,
    &executions::GET,
    &executions::STOP,
    &executions::SNAPSHOT,
    &executions::LIST,
    &executions::EVENTS,
    &sessions::CREATE,
    &sessions::GET,
    &sessions::UPDATE,
    &sessions::END,
    &sessions::DELETE,
    &sessions::LIST,
    &sessions::CREATE_INVOCATION,
    &sessions::LIST_INVOCATIONS,
    &sessions::PUT_STEP,
    &sessions::GET_STEP,
    &sessions::LIST_STEPS,
    &access::CHECK,
    &access::GET_ACL,
    &access::GET_CONTENT,
    &tags::LIST,
    &tags::TAG,
    &tags::UNTAG,
];

/// How many of what was listed are in this answer.
fn count(body: &Json<'_>, list: &str, call: &mut Call) {
    call.extra_attributes
        .insert_if_some(RESULT_COUNT, body.array_len(list));
}
