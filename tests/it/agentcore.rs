//! The operations of AgentCore: agents on its runtime and in its harnesses, the
//! tools that it runs, its memories.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use aws_sdk_bedrockagentcore::Client;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

mod context;
mod harness;
mod memory;
mod plain;
mod registry;
mod runtime;
mod secrets;
mod tools;
mod unchanged;

/// A client of a server that gives one answer, and who listens to it.
struct Core {
    spans: Spans,
    server: MockBedrock,
    client: Client,
}

impl Core {
    async fn answering(answer: Answer) -> Self {
        Self::with(answer, MonitorOptions::new()).await
    }

    async fn with(answer: Answer, options: MonitorOptions) -> Self {
        Self::heard_by(Spans::collect(), answer, options).await
    }

    async fn heard_by(spans: Spans, answer: Answer, options: MonitorOptions) -> Self {
        let server = MockBedrock::start().await;
        server.set_answer(answer);
        let client = Client::from_conf(server.agentcore_config().build());
        Self {
            spans,
            client: monitor_bedrock_with(client, options),
            server,
        }
    }
}

/// Every attribute is there, with this value.
fn says(span: &Span, expected: &[(&str, Value)]) {
    for (key, value) in expected {
        assert_eq!(span.attribute(key), *value, "{key} of {}", span.name());
    }
}

#[tokio::test]
async fn plain_operation_has_rpc_names_and_result_count() {
    let core = Core::answering(Answer::json(200, &json!({"abTests": []}))).await;
    let call = core.client.list_ab_tests().send().await;
    assert!(call.is_ok(), "{call:?}");
    let span = core.spans.one();
    assert_eq!(span.name(), "BedrockAgentCore.ListABTests");
    let expected = [
        ("rpc.service", json!("BedrockAgentCore")),
        ("rpc.method", json!("ListABTests")),
        ("cloud.region", json!("us-east-1")),
        ("http.response.status_code", json!(200)),
        ("aws.bedrock.result.count", json!(0)),
        ("gen_ai.operation.name", Value::Null),
    ];
    says(&span, &expected);
}

#[tokio::test]
async fn plain_operation_has_the_services_error_code() {
    let refused = Answer::error(429, "ThrottlingException", "Too many requests");
    let core = Core::answering(refused).await;
    let call = core.client.list_ab_tests().send().await;
    assert!(call.is_err(), "{call:?}");
    let span = core.spans.one();
    let expected = [
        ("error.type", json!("ThrottlingException")),
        ("aws.bedrock.throttled", json!(true)),
        ("http.response.status_code", json!(429)),
    ];
    says(&span, &expected);
    assert_eq!(span.error().as_deref(), Some("Too many requests"));
}

/// `ListSessions` is an operation of two services.
#[tokio::test]
async fn a_method_that_another_service_has_too_is_this_services() {
    let core = Core::answering(Answer::json(200, &json!({"sessionSummaries": []}))).await;
    let call = core
        .client
        .list_sessions()
        .memory_id("mem-1")
        .actor_id("u-1");
    call.send().await.ok();
    let span = core.spans.one();
    assert_eq!(span.name(), "BedrockAgentCore.ListSessions");
    assert_eq!(span.text("gen_ai.memory.store.id"), "mem-1");
}
