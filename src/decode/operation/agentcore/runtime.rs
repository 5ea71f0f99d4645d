//! Agents on AgentCore Runtime: invocations, sessions, agent cards.

use super::agent_arn::read_agent_arn;
use crate::decode::operation::operation_trait::Table;
use crate::semconv::agentcore::{QUALIFIER, REQUEST_MEDIA_TYPE, RESPONSE_MEDIA_TYPE, RUNTIME_ARN};
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{CONVERSATION_ID, MCP_SESSION_ID};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    // The payloads have the agent's own format in both directions and are not
    // read. The service creates a session if the caller names none.
    invoke_agent_runtime(InvokeAgentRuntimeInput, InvokeAgentRuntimeError)
        [
            RUNTIME_ARN = agent_runtime_arn,
            QUALIFIER = qualifier,
            CONVERSATION_ID = runtime_session_id,
            REQUEST_MEDIA_TYPE = content_type,
            MCP_SESSION_ID = mcp_session_id,
        ]
        |input, call| { read_agent_arn(input.agent_runtime_arn.as_deref(), call) }
        .name_operation(INVOKE_AGENT)
        .read_output_with(output_ids!(
            agentcore,
            invoke_agent_runtime,
            InvokeAgentRuntimeOutput,
            RESPONSE_MEDIA_TYPE = content_type,
            CONVERSATION_ID = runtime_session_id,
            MCP_SESSION_ID = mcp_session_id
        ))
        .stream_bytes()
        .forward_context();
    get_agent_card(GetAgentCardInput, GetAgentCardError)
        [
            RUNTIME_ARN = agent_runtime_arn,
            QUALIFIER = qualifier,
            CONVERSATION_ID = runtime_session_id,
        ];
    stop_runtime_session(StopRuntimeSessionInput, StopRuntimeSessionError)
        [
            RUNTIME_ARN = agent_runtime_arn,
            QUALIFIER = qualifier,
            CONVERSATION_ID = runtime_session_id,
        ];
};
