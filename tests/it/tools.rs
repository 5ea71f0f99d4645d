//! Runs of tools become spans.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;

use aws_sdk_bedrockruntime::types::ToolUseBlock;
use nr_bedrock_observability::tools::{ToolCall, ToolKind};
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use crate::support::records::Records;
use crate::support::spans::{Span, Spans};
use crate::support::typed;

fn asked() -> ToolUseBlock {
    ToolUseBlock::builder()
        .tool_use_id("tooluse_1")
        .name("get_order")
        .input(typed::document(&json!({"number": 17})))
        .build()
        .unwrap()
}

async fn run(call: ToolCall) -> Value {
    let state = json!({"state": "shipped"});
    let result = call.run(async || Ok::<_, io::Error>(state), Value::to_string);
    result.await.unwrap()
}

fn one(spans: &Spans) -> Span {
    let [span] = spans.all().try_into().unwrap();
    span
}

#[tokio::test]
async fn what_a_model_asks_for_is_a_span() {
    let spans = Spans::collect();
    let call = ToolCall::from(&asked())
        .description("Looks an order up.")
        .agent("support")
        .kind(ToolKind::Datastore)
        .options(MonitorOptions::new());
    assert_eq!(run(call).await, json!({"state": "shipped"}));
    let span = one(&spans);
    assert_eq!(span.name(), "execute_tool get_order");
    assert!(!span.is_client() && span.error().is_none());
    let expected = json!({
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "get_order",
        "gen_ai.tool.type": "datastore",
        "gen_ai.tool.call.id": "tooluse_1",
        "gen_ai.tool.description": "Looks an order up.",
        "gen_ai.agent.name": "support",
        "gen_ai.tool.call.arguments": r#"{"number":17}"#,
        "gen_ai.tool.call.result": r#"{"state":"shipped"}"#,
    });
    assert_eq!(json!(span.attributes()), expected);
}

#[tokio::test]
async fn arguments_of_ones_own_and_without_content() {
    let call = || {
        let call = ToolCall::new("add").id("7").arguments(r#"{"a":1}"#);
        call.options(MonitorOptions::new())
    };
    let spans = Spans::collect();
    run(call()).await;
    let span = one(&spans);
    assert_eq!(span.text("gen_ai.tool.call.arguments"), r#"{"a":1}"#);
    assert_eq!(span.text("gen_ai.tool.type"), "function");
    assert_eq!(span.text("gen_ai.tool.call.id"), "7");

    let off = || MonitorOptions::new().capture(ContentCapture::Off);
    for call in [
        call().options(off()),
        ToolCall::from(&asked()).options(off()),
    ] {
        let spans = Spans::collect();
        run(call).await;
        let span = one(&spans);
        assert!(span.has("gen_ai.tool.name"));
        assert!(!span.has("gen_ai.tool.call.arguments"));
        assert!(!span.has("gen_ai.tool.call.result"));
    }
}

#[tokio::test]
async fn errors_and_panics_are_told() {
    let spans = Spans::collect();
    let call = ToolCall::new("add").options(MonitorOptions::new());
    let failed = call.run(async || Err::<Value, _>("no such order"), Value::to_string);
    assert_eq!(failed.await.unwrap_err(), "no such order");
    let span = one(&spans);
    assert_eq!(span.error().as_deref(), Some("no such order"));
    assert_eq!(span.text("error.type"), "_OTHER");

    let spans = Spans::collect();
    let call = ToolCall::new("add").options(MonitorOptions::new());
    let local = tokio::task::LocalSet::new();
    let task = local.run_until(async {
        tokio::task::spawn_local(call.run(
            async || -> Result<Value, io::Error> { panic!("a bug of the tool's") },
            Value::to_string,
        ))
        .await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(one(&spans).text("error.type"), "panic");
}

#[tokio::test]
async fn a_run_is_new_relics_event_too() {
    let (spans, records) = (Spans::collect(), Records::default());
    let options = MonitorOptions::new()
        .llm_events(true)
        .logger_provider(records.provider());
    run(ToolCall::from(&asked()).agent("support").options(options)).await;
    let [event] = records.of("LlmTool").try_into().unwrap();
    for (key, value) in [
        ("name", "get_order"),
        ("agent_name", "support"),
        ("run_id", "tooluse_1"),
        ("input", r#"{"number":17}"#),
        ("output", r#"{"state":"shipped"}"#),
    ] {
        assert_eq!(event.text(key), value, "{key}");
    }
    let span = one(&spans);
    assert_eq!(
        event.text("trace_id"),
        span.0.span_context.trace_id().to_string()
    );
}

#[test]
fn debug_shows_no_arguments() {
    let text = format!("{:?}", ToolCall::new("add").arguments("secret"));
    assert!(text.contains("add") && !text.contains("secret"), "{text}");
}
