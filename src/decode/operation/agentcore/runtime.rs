//! Agents on AgentCore Runtime: calls, sessions, cards.

use aws_sdk_bedrockagentcore::operation::get_agent_card::{GetAgentCardError, GetAgentCardInput};
use aws_sdk_bedrockagentcore::operation::invoke_agent_runtime::{
    InvokeAgentRuntimeError, InvokeAgentRuntimeInput, InvokeAgentRuntimeOutput,
};
use aws_sdk_bedrockagentcore::operation::stop_runtime_session::{
    StopRuntimeSessionError, StopRuntimeSessionInput,
};

use super::{SERVICE, agent};
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::semconv::agentcore::{QUALIFIER, REQUEST_MEDIA_TYPE, RESPONSE_MEDIA_TYPE, RUNTIME_ARN};
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{CONVERSATION_ID, MCP_SESSION_ID};

/// What is said has the agent's own form, both ways, and is not read.
pub(super) static INVOKE_AGENT_RUNTIME: Typed<InvokeAgentRuntimeInput, InvokeAgentRuntimeError> =
    Typed::new(SERVICE, "InvokeAgentRuntime")
        .named(INVOKE_AGENT)
        .ids(|input: &InvokeAgentRuntimeInput, call| {
            agent::called(input.agent_runtime_arn.as_deref(), call);
            runtime(
                input.agent_runtime_arn.as_deref(),
                input.qualifier.as_deref(),
                input.runtime_session_id.as_deref(),
                call,
            );
            let media_type = input.content_type.as_deref();
            call.extra_attributes
                .insert_text(REQUEST_MEDIA_TYPE, media_type);
            let session = input.mcp_session_id.as_deref();
            call.extra_attributes.insert_text(MCP_SESSION_ID, session);
        })
        .complete(|output, call| {
            let Some(output) = output.downcast_ref::<InvokeAgentRuntimeOutput>() else {
                return;
            };
            let extra = &mut call.extra_attributes;
            extra.insert_text(RESPONSE_MEDIA_TYPE, Some(&output.content_type));
            // The session that the service began, where the caller named none.
            extra.insert_text(CONVERSATION_ID, output.runtime_session_id.as_deref());
            extra.insert_text(MCP_SESSION_ID, output.mcp_session_id.as_deref());
        })
        .bytes()
        .forwards_context();

pub(super) static GET_AGENT_CARD: Typed<GetAgentCardInput, GetAgentCardError> =
    Typed::new(SERVICE, "GetAgentCard").ids(|input: &GetAgentCardInput, call| {
        runtime(
            input.agent_runtime_arn.as_deref(),
            input.qualifier.as_deref(),
            input.runtime_session_id.as_deref(),
            call,
        );
    });

pub(super) static STOP_RUNTIME_SESSION: Typed<StopRuntimeSessionInput, StopRuntimeSessionError> =
    Typed::new(SERVICE, "StopRuntimeSession").ids(|input: &StopRuntimeSessionInput, call| {
        runtime(
            input.agent_runtime_arn.as_deref(),
            input.qualifier.as_deref(),
            input.runtime_session_id.as_deref(),
            call,
        );
    });

pub(super) fn runtime(
    arn: Option<&str>,
    qualifier: Option<&str>,
    session: Option<&str>,
    call: &mut Call,
) {
    call.extra_attributes.insert_text(RUNTIME_ARN, arn);
    call.extra_attributes.insert_text(QUALIFIER, qualifier);
    call.extra_attributes.insert_text(CONVERSATION_ID, session);
}
