//! The operations of `aws-sdk-bedrockagentcore`.
//!
//! Those that are in no row here (payments, evaluations, recommendations, …)
//! leave a span that says that there was a call. Tokens, keys and secrets are
//! never read, wherever they are: no row here looks at the answers of the
//! identity operations, at addresses of streams or at credentials of tools.

use super::Table;

mod agent;
mod browser;
mod code_interpreter;
mod command;
mod harness;
mod identity;
mod memory;
mod memory_plain;
mod runtime;

const SERVICE: &str = "BedrockAgentCore";

pub(super) static OPERATIONS: Table = &[
    &runtime::INVOKE_AGENT_RUNTIME,
    &runtime::GET_AGENT_CARD,
    &runtime::STOP_RUNTIME_SESSION,
    &command::INVOKE_AGENT_RUNTIME_COMMAND,
    &harness::INVOKE_HARNESS,
    &code_interpreter::INVOKE_CODE_INTERPRETER,
    &code_interpreter::GET_CODE_INTERPRETER_SESSION,
    &code_interpreter::LIST_CODE_INTERPRETER_SESSIONS,
    &code_interpreter::START_CODE_INTERPRETER_SESSION,
    &code_interpreter::STOP_CODE_INTERPRETER_SESSION,
    &browser::INVOKE_BROWSER,
    &browser::GET_BROWSER_SESSION,
    &browser::LIST_BROWSER_SESSIONS,
    &browser::SAVE_BROWSER_SESSION_PROFILE,
    &browser::START_BROWSER_SESSION,
    &browser::STOP_BROWSER_SESSION,
    &browser::UPDATE_BROWSER_STREAM,
    &memory::BATCH_CREATE_MEMORY_RECORDS,
    &memory::BATCH_DELETE_MEMORY_RECORDS,
    &memory::BATCH_UPDATE_MEMORY_RECORDS,
    &memory::CREATE_EVENT,
    &memory::DELETE_EVENT,
    &memory::DELETE_MEMORY_RECORD,
    &memory::INGEST_DATA,
    &memory::RETRIEVE_MEMORY_RECORDS,
    &memory_plain::GET_EVENT,
    &memory_plain::GET_MEMORY_RECORD,
    &memory_plain::LIST_ACTORS,
    &memory_plain::LIST_EVENTS,
    &memory_plain::LIST_MEMORY_EXTRACTION_JOBS,
    &memory_plain::LIST_MEMORY_RECORDS,
    &memory_plain::LIST_SESSIONS,
    &memory_plain::START_MEMORY_EXTRACTION_JOB,
    &identity::COMPLETE_RESOURCE_TOKEN_AUTH,
    &identity::GET_RESOURCE_API_KEY,
    &identity::GET_RESOURCE_OAUTH2_TOKEN,
    &identity::GET_RESOURCE_PAYMENT_TOKEN,
    &identity::GET_WORKLOAD_ACCESS_TOKEN,
    &identity::GET_WORKLOAD_ACCESS_TOKEN_FOR_JWT,
    &identity::GET_WORKLOAD_ACCESS_TOKEN_FOR_USER_ID,
];
