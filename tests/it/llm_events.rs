//! New Relic's own events, attribute by attribute.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{InferenceConfiguration, SystemContentBlock};
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::records::{Record, Records};
use crate::support::spans::{Spans, layer};
use crate::support::typed;

#[cfg(feature = "agent-runtime")]
mod agents;

const MODEL: &str = "amazon.nova-lite-v1:0";

/// Calls of one client, and the events of them.
struct Run {
    server: MockBedrock,
    records: Records,
    client: Client,
    spans: Spans,
}

impl Run {
    async fn start(options: MonitorOptions) -> Self {
        Self::with(options.llm_events(true), Spans::collect()).await
    }

    async fn with(options: MonitorOptions, spans: Spans) -> Self {
        let server = MockBedrock::start().await;
        let records = Records::default();
        let options = options.logger_provider(records.provider());
        let config = monitor_bedrock_with(server.client_config(), options);
        Self {
            client: Client::from_conf(config.build()),
            server,
            records,
            spans,
        }
    }

    /// A question with a system prompt, a picture and a tool's result.
    async fn ask(&self) {
        let inference = InferenceConfiguration::builder()
            .temperature(0.0)
            .max_tokens(100);
        let history = json!([
            {"role": "user", "content": [{"text": "Where is my order?"}, {"image": {
                "format": "png", "source": {"bytes": "AAAA"},
            }}]},
            {"role": "assistant", "content": [{"toolUse": {
                "toolUseId": "t-1", "name": "find_order", "input": {"number": 7},
            }}]},
            {"role": "user", "content": [{"toolResult": {
                "toolUseId": "t-1", "content": [{"text": "sent"}],
            }}]},
        ]);
        let messages = typed::messages(history.as_array().unwrap()).await;
        let call = self.client.converse().model_id(MODEL);
        let call = call
            .system(SystemContentBlock::Text("Be brief.".to_owned()))
            .inference_config(inference.build())
            .set_messages(Some(messages));
        let _ = call.send().await;
    }
}

fn reply() -> Answer {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "It was sent."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 10, "outputTokens": 3, "totalTokens": 13},
        "metrics": {"latencyMs": 7},
    });
    Answer::json(200, &body)
}

/// The one event of a type.
fn only(records: &Records, kind: &str) -> Record {
    let mut found = records.of(kind);
    assert_eq!(found.len(), 1, "{kind}: {found:#?}");
    found.remove(0)
}

/// What every event carries, and more.
fn event(kind: &str, more: &Value) -> Value {
    let mut attributes = json!({
        "newrelic.event.type": kind,
        "id": "id",
        "span_id": "id",
        "trace_id": "id",
        "vendor": "bedrock",
        "ingest_source": "Rust",
        "request_id": REQUEST_ID,
    });
    let more = more.as_object().unwrap().clone();
    attributes.as_object_mut().unwrap().extend(more);
    attributes
}

#[tokio::test]
async fn a_conversation_is_a_summary_and_its_messages() {
    let options = MonitorOptions::new()
        .attribute("llm.team", "shop")
        .attribute("tenant.id", "acme");
    let run = Run::start(options).await;
    run.server.set_answer(reply());
    run.ask().await;

    let summary = only(&run.records, "LlmChatCompletionSummary");
    assert_eq!(
        summary.stable(),
        event(
            "LlmChatCompletionSummary",
            &json!({
                "llm.team": "shop",
                "request.model": MODEL,
                "response.model": MODEL,
                "request.max_tokens": 100,
                "request.temperature": 0.0,
                "response.choices.finish_reason": "end_turn",
                "response.number_of_messages": 5,
                "response.usage.prompt_tokens": 10,
                "response.usage.completion_tokens": 3,
                "response.usage.total_tokens": 13,
            })
        )
    );
    // It belongs to the span of the call.
    let span = run.spans.one();
    let context = &span.0.span_context;
    assert_eq!(summary.text("trace_id"), context.trace_id().to_string());
    assert_eq!(summary.text("span_id"), context.span_id().to_string());
    assert_eq!(summary.trace_id, summary.text("trace_id"));
    assert_eq!(summary.span_id, summary.text("span_id"));

    let messages = run.records.of("LlmChatCompletionMessage");
    let expected = [
        ("system", "Be brief."),
        ("user", "Where is my order?\n\n<image>"),
        ("assistant", "<tool_use>find_order</tool_use>"),
        ("user", "<tool_result>sent</tool_result>"),
        ("assistant", "It was sent."),
    ];
    assert_eq!(messages.len(), expected.len());
    for (sequence, (message, (role, content))) in messages.iter().zip(expected).enumerate() {
        let mut more = json!({
            "llm.team": "shop",
            "completion_id": "id",
            "sequence": sequence,
            "role": role,
            "content": content,
            "response.model": MODEL,
            "token_count": 0,
        });
        if sequence == 4 {
            more["is_response"] = json!(true);
        }
        assert_eq!(message.stable(), event("LlmChatCompletionMessage", &more));
        assert_eq!(message.text("completion_id"), summary.text("id"));
    }
}

#[tokio::test]
async fn a_completion_has_the_names_that_dashboards_know() {
    let run = Run::start(MonitorOptions::new()).await;
    run.server.set_answer(reply());
    run.ask().await;
    let completion = only(&run.records, "LlmCompletion");
    assert_eq!(
        completion.stable(),
        event(
            "LlmCompletion",
            &json!({
                "request_model": MODEL,
                "response_model": MODEL,
                "region": "us-east-1",
                "input": "<tool_result>sent</tool_result>",
                "output": "It was sent.",
                "finish_reason": "end_turn",
                "prompt_tokens": 10,
                "completion_tokens": 3,
                "total_tokens": 13,
                "temperature": 0.0,
                "is_streaming": false,
            })
        )
    );
    let summary = only(&run.records, "LlmChatCompletionSummary");
    assert_eq!(completion.text("id"), summary.text("id"));
}

#[tokio::test]
async fn a_stream_tells_its_first_token() {
    let run = Run::start(MonitorOptions::new()).await;
    run.server
        .set_answer(Answer::events(converse_text(&["So."])));
    let message = typed::user(json!([{"text": "Why?"}])).await;
    let call = run.client.converse_stream().model_id(MODEL);
    let mut stream = call.messages(message).send().await.unwrap().stream;
    while stream.recv().await.unwrap().is_some() {}
    drop(stream);
    let summary = only(&run.records, "LlmChatCompletionSummary");
    let first = summary.attributes["time_to_first_token"].as_i64();
    assert!(first.is_some_and(|first| first >= 0), "{summary:#?}");
    let completion = only(&run.records, "LlmCompletion");
    assert_eq!(completion.attributes["is_streaming"], json!(true));
    assert_eq!(completion.attributes["output"], json!("So."));
}

#[tokio::test]
async fn errors_say_what_the_service_said() {
    let run = Run::start(MonitorOptions::new()).await;
    run.server
        .set_answer(Answer::error(429, "ThrottlingException", "slower"));
    run.ask().await;
    let summary = only(&run.records, "LlmChatCompletionSummary");
    for (key, value) in [
        ("error", json!(true)),
        ("http.statusCode", json!(429)),
        ("error.code", json!("ThrottlingException")),
        ("error.message", json!("slower")),
        ("rate_limit_exceeded", json!(true)),
        ("request_id", json!(REQUEST_ID)),
        // Nothing was counted, and nothing is made up.
        ("response.usage.prompt_tokens", Value::Null),
        ("response.usage.total_tokens", Value::Null),
    ] {
        assert_eq!(summary.attributes[key], value, "{key}");
    }
    for message in run.records.of("LlmChatCompletionMessage") {
        assert_eq!(message.attributes["token_count"], Value::Null);
        assert_eq!(message.attributes["is_response"], Value::Null);
    }
    let completion = only(&run.records, "LlmCompletion");
    for (key, value) in [
        ("error_status", json!(429)),
        ("error_type", json!("ThrottlingException")),
        ("error_code", json!("ThrottlingException")),
        ("error_message", json!("slower")),
        ("error_request_id", json!(REQUEST_ID)),
        ("rate_limit_exceeded", json!(true)),
        ("output", Value::Null),
        ("finish_reason", Value::Null),
    ] {
        assert_eq!(completion.attributes[key], value, "{key}");
    }

    let run = Run::start(MonitorOptions::new()).await;
    run.server
        .set_answer(Answer::error(400, "ValidationException", "no"));
    run.ask().await;
    let summary = only(&run.records, "LlmChatCompletionSummary");
    assert_eq!(summary.attributes["rate_limit_exceeded"], Value::Null);
    assert_eq!(
        summary.attributes["error.code"],
        json!("ValidationException")
    );
}

#[tokio::test]
async fn an_embedding_is_one_event() {
    let run = Run::start(MonitorOptions::new()).await;
    let answer = json!({"embedding": [0.5], "inputTextTokenCount": 3});
    run.server.set_answer(Answer::json(200, &answer));
    let model = "amazon.titan-embed-text-v2:0";
    let call = run.client.invoke_model().model_id(model);
    let body = Blob::new(r#"{"inputText": "How long?"}"#);
    call.body(body).send().await.unwrap();
    let all = run.records.all();
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(
        all[0].stable(),
        event(
            "LlmEmbedding",
            &json!({
                "request.model": model,
                "response.model": model,
                "response.usage.total_tokens": 3,
                "input": "How long?",
            })
        )
    );
}

#[tokio::test]
async fn content_stays_where_it_may_not_leave() {
    let silent = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::start(silent).await;
    run.server.set_answer(reply());
    run.ask().await;
    assert!(run.records.of("LlmChatCompletionMessage").is_empty());
    let said = format!("{:?}", run.records.all());
    for content in ["Be brief", "order?", "sent"] {
        assert!(!said.contains(content), "{content} in {said}");
    }
    // The rest is told.
    let summary = only(&run.records, "LlmChatCompletionSummary");
    assert_eq!(summary.attributes["response.usage.total_tokens"], json!(13));

    let redacted = MonitorOptions::new().redact_with(|content| {
        let hidden = content.text().replace("order", "[hidden]");
        content.set_text(hidden);
    });
    let run = Run::start(redacted).await;
    run.server.set_answer(reply());
    run.ask().await;
    let messages = run.records.of("LlmChatCompletionMessage");
    assert_eq!(
        messages[1].text("content"),
        "Where is my [hidden]?\n\n<image>"
    );
}

#[tokio::test]
async fn what_is_too_long_for_an_event_is_whole_in_a_log_beside_it() {
    let run = Run::start(MonitorOptions::new()).await;
    run.server.set_answer(reply());
    let long = "é".repeat(50_000);
    let message = typed::user(json!([{"text": long}])).await;
    let call = run.client.converse().model_id(MODEL).messages(message);
    call.send().await.unwrap();
    let messages = run.records.of("LlmChatCompletionMessage");
    let content = messages[0].text("content");
    assert_eq!(content.chars().count(), 4_095);
    assert!(content.ends_with("…[truncated, 50000 characters]"));
    let all = run.records.all();
    let mut whole = all.iter().filter(|it| it.body.is_some());
    let (beside, None) = (whole.next().unwrap(), whole.next()) else {
        panic!("more than one: {all:#?}");
    };
    assert_eq!(beside.body.as_deref(), Some(long.as_str()));
    assert_eq!(beside.attributes["newrelic.event.type"], Value::Null);
    assert_eq!(beside.attributes["content"], Value::Null);
    for key in ["id", "completion_id", "trace_id", "sequence", "role"] {
        assert_eq!(beside.attributes[key], messages[0].attributes[key], "{key}");
    }
    // The span keeps to its limit.
    let span = run.spans.one();
    assert!(span.text("gen_ai.input.messages").chars().count() <= 4_095);
}

#[tokio::test]
async fn events_are_a_choice_and_sampling_is_none_of_theirs() {
    let run = Run::with(MonitorOptions::new(), Spans::collect()).await;
    run.server.set_answer(reply());
    run.ask().await;
    assert!(run.records.all().is_empty());

    let unsampled = Spans::collect_with(Sampler::AlwaysOff, |tracer| {
        tracing_subscriber::registry().with(layer(tracer))
    });
    let run = Run::with(MonitorOptions::new().llm_events(true), unsampled).await;
    run.server.set_answer(reply());
    run.ask().await;
    assert_eq!(run.records.of("LlmChatCompletionMessage").len(), 5);
}
