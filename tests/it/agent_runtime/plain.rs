//! Operations without a meaning of their own: their spans say that there was a
//! call, and its ids. And memories, and what holds for all.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::config::retry::RetryConfig;
use nr_bedrock_observability::monitor_bedrock;
use serde_json::{Value, json};

use super::{Run, of_every_call, told};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::Spans;

mod calls;

use calls::{Case, plain};

#[tokio::test]
async fn plain_operations_say_their_ids() {
    assert_eq!(plain().count(), 23);
    for Case {
        method,
        call,
        answer,
        says,
    } in plain()
    {
        let answer: Value = serde_json::from_str(answer).expect("an answer");
        let run = Run::of(Answer::json(200, &answer), async |client| {
            let error = call(client).await.err();
            assert_eq!(error, None, "{method}");
        })
        .await;
        let root = run.root();
        assert_eq!(root.name(), format!("BedrockAgentRuntime.{method}"));
        of_every_call(&root, method);
        let mut says: Value = serde_json::from_str(says).expect("attributes");
        says["http.response.status_code"] = json!(200);
        assert_eq!(told(&root), says, "{method}");
        assert_eq!(root.error(), None, "{method}");
        assert!(root.events().is_empty(), "{method}");
    }
}

#[tokio::test]
async fn plain_operations_say_their_errors() {
    for Case { method, call, .. } in plain() {
        let failing = Answer::error(404, "ResourceNotFoundException", "no such thing");
        let run = Run::of(failing, async |client| {
            assert!(call(client).await.is_err(), "{method}");
        })
        .await;
        let root = run.root();
        assert_eq!(root.name(), format!("BedrockAgentRuntime.{method}"));
        assert_eq!(
            root.text("error.type"),
            "ResourceNotFoundException",
            "{method}"
        );
        assert_eq!(root.error().as_deref(), Some("no such thing"), "{method}");
        assert_eq!(root.attribute("http.response.status_code"), json!(404));
        assert_eq!(root.events(), ["aws.request.attempt.failed", "exception"]);
        // No model was asked.
        assert!(!root.has("gen_ai.response.finish_reasons"), "{method}");
    }
}

#[tokio::test]
async fn what_an_agent_remembers_is_counted() {
    let record = json!({"sessionSummary": {"memoryId": "user-7", "summaryText": "Wants refunds."}});
    let answer = json!({"memoryContents": [record, record]});
    let run = Run::of(Answer::json(200, &answer), async |client| {
        let call = client
            .get_agent_memory()
            .agent_id("AGENT")
            .agent_alias_id("LIVE");
        let call = call
            .memory_id("user-7")
            .memory_type("SESSION_SUMMARY".into());
        call.send().await.expect("a memory");
    })
    .await;
    let root = run.root();
    assert_eq!(root.name(), "search_memory");
    of_every_call(&root, "GetAgentMemory");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "search_memory",
            "gen_ai.agent.id": "AGENT",
            "aws.bedrock.agent.alias_id": "LIVE",
            "aws.bedrock.agent.memory_id": "user-7",
            "gen_ai.memory.store.id": "user-7",
            "gen_ai.memory.record.count": 2,
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn what_an_agent_is_to_forget_is_named() {
    let run = Run::of(Answer::json(202, &json!({})), async |client| {
        let call = client
            .delete_agent_memory()
            .agent_id("AGENT")
            .agent_alias_id("LIVE");
        let call = call.memory_id("user-7").session_id("session-1");
        call.send().await.expect("no memory");
    })
    .await;
    let root = run.root();
    assert_eq!(root.name(), "delete_memory");
    of_every_call(&root, "DeleteAgentMemory");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "delete_memory",
            "gen_ai.agent.id": "AGENT",
            "aws.bedrock.agent.alias_id": "LIVE",
            "aws.bedrock.agent.memory_id": "user-7",
            "gen_ai.memory.store.id": "user-7",
            "gen_ai.conversation.id": "session-1",
            "http.response.status_code": 202,
        })
    );
}

#[tokio::test]
async fn an_attempt_that_was_throttled_is_told_of_a_call_that_succeeds() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::error(429, "ThrottlingException", "slow down"));
    server.queue_answer(Answer::json(200, &json!({"sessionSummaries": []})));
    let spans = Spans::collect();
    let config = server.agent_config();
    let config = config.retry_config(RetryConfig::standard().with_max_attempts(2));
    let client = Client::from_conf(monitor_bedrock(config).build());
    client.list_sessions().send().await.expect("sessions");
    let span = spans.one();
    assert_eq!(span.error(), None);
    assert_eq!(span.attribute("aws.request.attempts"), json!(2));
    assert_eq!(span.attribute("aws.bedrock.result.count"), json!(0));
    let failed = span.events_named("aws.request.attempt.failed");
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["error.type"], "ThrottlingException");
}
