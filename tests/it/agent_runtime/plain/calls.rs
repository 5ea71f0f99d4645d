//! Each plain operation: a call of it, an answer, and what its span says beyond
//! what the span of every call says.

use std::pin::Pin;

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{
    FlowExecutionEventType, FlowInput, FlowInputContent, UserContext,
};
use aws_smithy_types::Document;

type Answered = Pin<Box<dyn Future<Output = Result<(), String>>>>;

#[derive(Debug)]
pub(super) struct Case {
    pub(super) method: &'static str,
    pub(super) call: fn(Client) -> Answered,
    pub(super) answer: &'static str,
    pub(super) says: &'static str,
}

/// All of them.
pub(super) fn plain() -> impl Iterator<Item = &'static Case> {
    sessions::SESSIONS.iter().chain(OTHERS)
}

macro_rules! case {
    ($method:literal, |$client:ident| $call:expr, $answer:literal, $says:literal) => {
        Case {
            method: $method,
            call: |$client| {
                Box::pin(async move {
                    let answer = $call.send().await;
                    answer.map(drop).map_err(|error| format!("{error:?}"))
                })
            },
            answer: $answer,
            says: $says,
        }
    };
}

mod sessions;

const OTHERS: &[Case] = &[
    case!(
        "CheckIngestedDocumentAcl",
        |client| client
            .check_ingested_document_acl()
            .knowledge_base_id("KB1")
            .data_source_id("DS1")
            .document_id("doc-1")
            .user_context(user()),
        r#"{"hasAccess": false}"#,
        r#"{
            "aws.bedrock.knowledge_base.id": "KB1",
            "gen_ai.data_source.id": "DS1",
            "aws.bedrock.document.id": "doc-1",
            "aws.bedrock.document.has_access": false
        }"#
    ),
    case!(
        "GetDocumentContent",
        |client| client
            .get_document_content()
            .knowledge_base_id("KB1")
            .data_source_id("DS1")
            .document_id("doc-1")
            .user_context(user()),
        r#"{
            "mimeType": "text/plain",
            "presignedUrl": "https://bucket.example/?key=secret",
            "documentContentLength": 12
        }"#,
        r#"{
            "aws.bedrock.knowledge_base.id": "KB1",
            "gen_ai.data_source.id": "DS1",
            "aws.bedrock.document.id": "doc-1",
            "aws.bedrock.document.size": 12
        }"#
    ),
    case!(
        "GetExecutionFlowSnapshot",
        |client| client
            .get_execution_flow_snapshot()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE")
            .execution_identifier("run-1"),
        r#"{"flowVersion": "3", "definition": "{}"}"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.id": "run-1",
            "aws.bedrock.flow.version": "3"
        }"#
    ),
    case!(
        "GetFlowExecution",
        |client| client
            .get_flow_execution()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE")
            .execution_identifier("run-1"),
        r#"{
            "executionArn": "arn:aws:bedrock:us-east-1:123456789012:flow/FLOW1/alias/LIVE/execution/run-1",
            "status": "Failed",
            "flowVersion": "3"
        }"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.id": "run-1",
            "aws.bedrock.flow.execution.status": "Failed",
            "aws.bedrock.flow.version": "3"
        }"#
    ),
    case!(
        "GetIngestedDocumentAcl",
        |client| client
            .get_ingested_document_acl()
            .knowledge_base_id("KB1")
            .data_source_id("DS1")
            .document_id("doc-1"),
        "{}",
        r#"{
            "aws.bedrock.knowledge_base.id": "KB1",
            "gen_ai.data_source.id": "DS1",
            "aws.bedrock.document.id": "doc-1"
        }"#
    ),
    case!(
        "ListFlowExecutionEvents",
        |client| client
            .list_flow_execution_events()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE")
            .execution_identifier("run-1")
            .event_type(FlowExecutionEventType::Node),
        r#"{"flowExecutionEvents": []}"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.id": "run-1",
            "aws.bedrock.result.count": 0
        }"#
    ),
    case!(
        "ListFlowExecutions",
        |client| client
            .list_flow_executions()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE"),
        r#"{"flowExecutionSummaries": [{}, {}]}"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.result.count": 2
        }"#
    ),
    case!(
        "ListTagsForResource",
        |client| client
            .list_tags_for_resource()
            .resource_arn("arn:aws:bedrock:us-east-1:123456789012:session/S1"),
        r#"{"tags": {"team": "shop"}}"#,
        r#"{
            "aws.bedrock.resource.arn": "arn:aws:bedrock:us-east-1:123456789012:session/S1"
        }"#
    ),
    case!(
        "StartFlowExecution",
        |client| client
            .start_flow_execution()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE")
            .flow_execution_name("nightly")
            .inputs(input()),
        r#"{
            "executionArn": "arn:aws:bedrock:us-east-1:123456789012:flow/FLOW1/alias/LIVE/execution/run-1"
        }"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.name": "nightly",
            "aws.bedrock.flow.execution.id": "run-1"
        }"#
    ),
    case!(
        "StopFlowExecution",
        |client| client
            .stop_flow_execution()
            .flow_identifier("FLOW1")
            .flow_alias_identifier("LIVE")
            .execution_identifier("run-1"),
        r#"{
            "executionArn": "arn:aws:bedrock:us-east-1:123456789012:flow/FLOW1/alias/LIVE/execution/run-1",
            "status": "Aborted"
        }"#,
        r#"{
            "aws.bedrock.flow.id": "FLOW1",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.id": "run-1",
            "aws.bedrock.flow.execution.status": "Aborted"
        }"#
    ),
    case!(
        "TagResource",
        |client| client
            .tag_resource()
            .resource_arn("arn:aws:bedrock:us-east-1:123456789012:session/S1")
            .tags("team", "shop"),
        "{}",
        r#"{
            "aws.bedrock.resource.arn": "arn:aws:bedrock:us-east-1:123456789012:session/S1"
        }"#
    ),
    case!(
        "UntagResource",
        |client| client
            .untag_resource()
            .resource_arn("arn:aws:bedrock:us-east-1:123456789012:session/S1")
            .tag_keys("team"),
        "{}",
        r#"{
            "aws.bedrock.resource.arn": "arn:aws:bedrock:us-east-1:123456789012:session/S1"
        }"#
    ),
];

fn user() -> UserContext {
    let user = UserContext::builder().user_id("somebody").build();
    user.expect("a user")
}

fn input() -> FlowInput {
    let input = FlowInput::builder().node_name("In");
    let input = input.content(FlowInputContent::Document(Document::from("a secret")));
    input.build().expect("an input")
}
