//! What an application's callback sees of answers, and what becomes of its
//! feedback.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    AsyncInvokeOutputDataConfig, AsyncInvokeS3OutputDataConfig, ContentBlock, ConversationRole,
    Message,
};
use aws_smithy_types::Document;
use nr_bedrock_observability::{
    Completion, ContentCapture, Feedback, MonitorOptions, TraceRef, monitor_bedrock_with,
};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::records::Records;
use crate::support::spans::{Spans, layer};
use tracing_subscriber::layer::SubscriberExt as _;

type Seen = Arc<Mutex<Vec<(Value, Option<TraceRef>)>>>;

fn told(completion: &Completion<'_>) -> Value {
    json!({
        "operation": completion.operation(),
        "request_model": completion.request_model(),
        "response_model": completion.response_model(),
        "response_id": completion.response_id(),
        "request_id": completion.request_id(),
        "input_tokens": completion.input_tokens(),
        "output_tokens": completion.output_tokens(),
        "finish_reason": completion.finish_reason(),
        "is_streaming": completion.is_streaming(),
        "input": completion.input(),
        "output": completion.output(),
    })
}

/// A callback that keeps what it sees and dislikes what was cut short.
fn watching(options: MonitorOptions, seen: &Seen) -> MonitorOptions {
    let seen = Arc::clone(seen);
    options.feedback_with(move |completion| {
        assert!(!completion.latency().is_zero());
        let kept = (told(completion), completion.trace());
        seen.lock().unwrap().push(kept);
        let cut = completion.finish_reason().as_deref() == Some("length");
        cut.then(|| Feedback::negative().category("completeness"))
    })
}

async fn client(options: MonitorOptions) -> (MockBedrock, Client) {
    let server = MockBedrock::start().await;
    let config = monitor_bedrock_with(server.client_config(), options);
    (server, Client::from_conf(config.build()))
}

fn question() -> Message {
    let message = Message::builder().role(ConversationRole::User);
    let message = message.content(ContentBlock::Text("Why?".to_owned()));
    message.build().unwrap()
}

fn reply(reason: &str) -> Answer {
    Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "Because."}]}},
            "stopReason": reason,
            "usage": {"inputTokens": 3, "outputTokens": 0, "totalTokens": 3},
            "metrics": {"latencyMs": 1},
        }),
    )
}

async fn ask(client: &Client) {
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    let _ = call.messages(question()).send().await;
}

#[tokio::test]
async fn a_callback_judges_each_answer_on_its_own_span() {
    let (spans, records, seen) = (Spans::collect(), Records::default(), Seen::default());
    let options = MonitorOptions::new()
        .llm_events(true)
        .logger_provider(records.provider());
    let (server, client) = client(watching(options, &seen)).await;
    for answer in [reply("end_turn"), reply("max_tokens")] {
        server.set_answer(answer);
        ask(&client).await;
    }
    let [good, cut] = spans.bedrock().try_into().unwrap();
    assert!(good.events_named("gen_ai.evaluation.result").is_empty());
    let expected = json!({
        "gen_ai.evaluation.name": "user_feedback",
        "gen_ai.evaluation.score.label": "negative",
        "gen_ai.evaluation.score.value": -1.0,
        "feedback.category": "completeness",
    });
    assert_eq!(cut.events_named("gen_ai.evaluation.result"), [expected]);
    let [(first, trace), _] = seen.lock().unwrap().clone().try_into().unwrap();
    let expected = json!({
        "operation": "chat",
        "request_model": "amazon.nova-lite-v1:0",
        "response_model": null,
        "response_id": null,
        "request_id": REQUEST_ID,
        "input_tokens": 3,
        "output_tokens": 0,
        "finish_reason": "stop",
        "is_streaming": false,
        "input": "Why?",
        "output": "Because.",
    });
    assert_eq!(first, expected);
    let trace = trace.unwrap();
    let context = &good.0.span_context;
    assert_eq!(trace.span_id(), context.span_id().to_string());
    assert_eq!(trace.trace_id(), context.trace_id().to_string());
    // New Relic's event is that of the client that was asked.
    let events = records.everything();
    let feedback = events.iter().filter(|event| {
        event.attributes["newrelic.event.type"] == "LlmFeedbackMessage"
            && event.attributes["category"] == "completeness"
    });
    let [feedback] = feedback.collect::<Vec<_>>().try_into().unwrap();
    let context = &cut.0.span_context;
    assert_eq!(feedback.text("trace_id"), context.trace_id().to_string());
    assert_eq!(feedback.text("rating"), "negative");
}

#[tokio::test]
async fn streams_are_judged_at_their_end_and_bodies_as_they_are_read() {
    let (_spans, seen) = (Spans::collect(), Seen::default());
    let (server, client) = client(watching(MonitorOptions::new(), &seen)).await;
    server.set_answer(Answer::events(converse_text(&["It", " is"])));
    let call = client.converse_stream().model_id("amazon.nova-lite-v1:0");
    let mut stream = call.messages(question()).send().await.unwrap().stream;
    while stream.recv().await.unwrap().is_some() {
        assert!(seen.lock().unwrap().is_empty(), "asked before the end");
    }
    drop(stream);
    server.set_answer(Answer::json(
        200,
        &json!({
            "id": "msg_1", "model": "claude-3-haiku", "type": "message", "role": "assistant",
            "content": [{"type": "text", "text": "So."}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 5, "output_tokens": 2},
        }),
    ));
    let body = json!({"messages": [{"role": "user", "content": "How?"}], "max_tokens": 9});
    let call = client.invoke_model();
    let call = call.model_id("anthropic.claude-3-haiku-20240307-v1:0");
    call.body(Blob::new(body.to_string())).send().await.unwrap();
    let [streamed, invoked] = seen.lock().unwrap().clone().try_into().unwrap();
    assert_eq!(streamed.0["output"], "It is");
    assert_eq!(streamed.0["is_streaming"], true);
    assert_eq!(invoked.0["output"], "So.");
    assert_eq!(invoked.0["response_id"], "msg_1");
    assert_eq!(invoked.0["response_model"], "claude-3-haiku");
    assert_eq!(invoked.1.unwrap().response_id(), Some("msg_1"));
}

#[tokio::test]
async fn what_failed_or_is_no_answer_is_not_asked_about() {
    let (_spans, seen) = (Spans::collect(), Seen::default());
    let (server, client) = client(watching(MonitorOptions::new(), &seen)).await;
    server.set_answer(Answer::error(400, "ValidationException", "no"));
    ask(&client).await;
    let embedded = json!({"embedding": [0.5], "inputTextTokenCount": 3});
    server.set_answer(Answer::json(200, &embedded));
    let call = client
        .invoke_model()
        .model_id("amazon.titan-embed-text-v2:0");
    let body = Blob::new(r#"{"inputText": "Why?"}"#);
    call.body(body).send().await.unwrap();
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn content_is_seen_as_it_is_recorded() {
    let hide = |content: &mut nr_bedrock_observability::Content<'_>| content.set_text("…");
    for (options, text) in [
        (MonitorOptions::new().redact_with(hide), json!("…")),
        (
            MonitorOptions::new().capture(ContentCapture::Off),
            Value::Null,
        ),
    ] {
        let (_spans, seen) = (Spans::collect(), Seen::default());
        let (server, client) = client(watching(options, &seen)).await;
        server.set_answer(reply("end_turn"));
        ask(&client).await;
        let [(seen, _)] = seen.lock().unwrap().clone().try_into().unwrap();
        assert_eq!((&seen["input"], &seen["output"]), (&text, &text));
    }
}

#[tokio::test]
async fn a_callback_that_panics_costs_its_feedback_alone() {
    let spans = Spans::collect();
    let options = MonitorOptions::new().feedback_with(|_| panic!("a bug of the callback's"));
    let (server, client) = client(options).await;
    server.set_answer(reply("end_turn"));
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    call.messages(question()).send().await.unwrap();
    let span = spans.one();
    assert!(span.error().is_none());
    assert!(span.events_named("gen_ai.evaluation.result").is_empty());
}

/// Events follow no sampling, and so does the callback that they come from.
#[tokio::test]
async fn answers_that_are_not_sampled_are_judged_too() {
    let seen = Seen::default();
    let _spans = Spans::collect_with(Sampler::AlwaysOff, |tracer| {
        tracing_subscriber::registry().with(layer(tracer))
    });
    let (server, client) = client(watching(MonitorOptions::new(), &seen)).await;
    server.set_answer(reply("end_turn"));
    ask(&client).await;
    assert_eq!(seen.lock().unwrap().len(), 1);
}

/// The job has only been accepted: there is no response.
#[tokio::test]
async fn accepted_asynchronous_invocation_is_no_completion() {
    let _spans = Spans::collect();
    let seen = Seen::default();
    let (server, client) = client(watching(MonitorOptions::new(), &seen)).await;
    server.set_answer(Answer::json(
        200,
        &json!({"invocationArn": "arn:aws:bedrock:us-east-1:123456789012:async-invoke/a1b2c3"}),
    ));
    let output = AsyncInvokeOutputDataConfig::S3OutputDataConfig(
        AsyncInvokeS3OutputDataConfig::builder()
            .s3_uri("s3://bucket")
            .build()
            .unwrap(),
    );
    let call = client
        .start_async_invoke()
        .model_id("amazon.nova-reel-v1:0");
    let call = call
        .model_input(Document::Object([].into()))
        .output_data_config(output);
    call.send().await.unwrap();
    assert!(seen.lock().unwrap().is_empty());
}
