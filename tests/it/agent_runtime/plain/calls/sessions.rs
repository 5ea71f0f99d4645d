//! Sessions and the invocations in them.

use aws_sdk_bedrockagentruntime::primitives::DateTime;
use aws_sdk_bedrockagentruntime::types::{BedrockSessionContentBlock, InvocationStepPayload};

use super::Case;

pub(super) const SESSIONS: &[Case] = &[
    case!(
        "CreateInvocation",
        |client| client.create_invocation().session_identifier("S1"),
        r#"{"sessionId": "S1", "invocationId": "I1"}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.invocation.id": "I1"}"#
    ),
    case!(
        "CreateSession",
        |client| client.create_session(),
        r#"{"sessionId": "S1", "sessionStatus": "ACTIVE"}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.session.status": "ACTIVE"}"#
    ),
    case!(
        "DeleteSession",
        |client| client.delete_session().session_identifier("S1"),
        "{}",
        r#"{"gen_ai.conversation.id": "S1"}"#
    ),
    case!(
        "EndSession",
        |client| client
            .end_session()
            .session_identifier("arn:aws:bedrock:us-east-1:123456789012:session/S1"),
        r#"{"sessionId": "S1", "sessionStatus": "ENDED"}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.session.status": "ENDED"}"#
    ),
    case!(
        "GetInvocationStep",
        |client| client
            .get_invocation_step()
            .session_identifier("S1")
            .invocation_identifier("I1")
            .invocation_step_id("P1"),
        r#"{"invocationStep": {"payload": {"contentBlocks": [{"text": "secret"}]}}}"#,
        r#"{
            "gen_ai.conversation.id": "S1",
            "aws.bedrock.invocation.id": "I1",
            "aws.bedrock.invocation.step.id": "P1"
        }"#
    ),
    case!(
        "GetSession",
        |client| client.get_session().session_identifier("S1"),
        r#"{"sessionId": "S1", "sessionStatus": "EXPIRED"}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.session.status": "EXPIRED"}"#
    ),
    case!(
        "ListInvocationSteps",
        |client| client
            .list_invocation_steps()
            .session_identifier("S1")
            .invocation_identifier("I1"),
        r#"{"invocationStepSummaries": [{}]}"#,
        r#"{
            "gen_ai.conversation.id": "S1",
            "aws.bedrock.invocation.id": "I1",
            "aws.bedrock.result.count": 1
        }"#
    ),
    case!(
        "ListInvocations",
        |client| client.list_invocations().session_identifier("S1"),
        r#"{"invocationSummaries": []}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.result.count": 0}"#
    ),
    case!(
        "ListSessions",
        |client| client.list_sessions(),
        r#"{"sessionSummaries": [{}]}"#,
        r#"{"aws.bedrock.result.count": 1}"#
    ),
    case!(
        "PutInvocationStep",
        |client| client
            .put_invocation_step()
            .session_identifier("S1")
            .invocation_identifier("I1")
            .invocation_step_time(DateTime::from_secs(0))
            .payload(payload()),
        r#"{"invocationStepId": "P1"}"#,
        r#"{
            "gen_ai.conversation.id": "S1",
            "aws.bedrock.invocation.id": "I1",
            "aws.bedrock.invocation.step.id": "P1"
        }"#
    ),
    case!(
        "UpdateSession",
        |client| client.update_session().session_identifier("S1"),
        r#"{"sessionId": "S1", "sessionStatus": "ACTIVE"}"#,
        r#"{"gen_ai.conversation.id": "S1", "aws.bedrock.session.status": "ACTIVE"}"#
    ),
];

fn payload() -> InvocationStepPayload {
    let text = BedrockSessionContentBlock::Text("a secret".to_owned());
    InvocationStepPayload::ContentBlocks(vec![text])
}
