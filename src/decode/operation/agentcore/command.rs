//! InvokeAgentRuntimeCommand: a shell command in the session of an agent.

use super::tool_run;
use crate::decode::operation::operation_trait::Table;
use crate::record::json::Json;
use crate::record::{Call, Failure, TIMEOUT};
use crate::semconv::CONVERSATION_ID;
use crate::semconv::agentcore::{QUALIFIER, RUNTIME_ARN};
use crate::semconv::operation::EXECUTE_TOOL;

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    invoke_agent_runtime_command(InvokeAgentRuntimeCommandInput, InvokeAgentRuntimeCommandError)
        [
            RUNTIME_ARN = agent_runtime_arn,
            QUALIFIER = qualifier,
            CONVERSATION_ID = runtime_session_id,
        ]
        |_input, call| { tool_run::start_tool_run("command", call) }
        .name_operation(EXECUTE_TOOL)
        .read_request_with(|body, call| tool_run::record_arguments(Some(body), call))
        .read_output_with(output_ids!(
            agentcore,
            invoke_agent_runtime_command,
            InvokeAgentRuntimeCommandOutput,
            CONVERSATION_ID = runtime_session_id
        ))
        .read_response_events(&[("chunk", read_chunk)])
        .forward_context();
};

/// Reads the command's output and its end.
fn read_chunk(chunk: &Json<'_>, call: &mut Call) {
    if let Some(delta) = chunk.get("contentDelta") {
        tool_run::push_process_output(delta, call);
    }
    if let Some(stop) = chunk.get("contentStop") {
        if stop.get_str("status") == Some("TIMED_OUT") {
            call.failure = Some(Failure::new(TIMEOUT, None));
        }
        tool_run::record_exit_code(stop, call);
    }
}
