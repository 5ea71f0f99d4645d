//! rig puts a request body of its own on the wire and takes the response body away
//! from the SDK. The span of the call is whole all the same.

#![expect(clippy::unwrap_used, reason = "a failure fails the test")]

#[path = "../../../../examples/mock_bedrock/mod.rs"]
#[expect(dead_code, reason = "the test needs a part of it")]
mod mock_bedrock;

use futures_util::StreamExt as _;
use mock_bedrock::{Answer, MockBedrock, frames};
use nr_bedrock_observability::monitor_bedrock;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, SdkTracerProvider, SimpleSpanProcessor, SpanData,
};
use rig_bedrock::client::BedrockRuntime;
use rig_core::completion::CompletionRequest;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

const MODEL: &str = "amazon.nova-lite-v1:0";
const QUESTION: &str = "How do refunds work?";

struct Spans {
    exporter: InMemorySpanExporter,
    _default: tracing::subscriber::DefaultGuard,
}

impl Spans {
    fn collect() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(SimpleSpanProcessor::new(exporter.clone()))
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("rig"));
        let subscriber = tracing_subscriber::registry().with(layer);
        Self {
            exporter,
            _default: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The one span of this crate. rig opens spans of its own.
    fn bedrock(&self) -> SpanData {
        let spans = self.exporter.get_finished_spans().unwrap();
        let is_ours = |span: &SpanData| {
            text(span, "gen_ai.provider.name") == "aws.bedrock"
                && text(span, "rpc.system") == "aws-api"
        };
        let mut ours: Vec<SpanData> = spans.into_iter().filter(is_ours).collect();
        assert_eq!(ours.len(), 1, "{ours:#?}");
        ours.remove(0)
    }
}

fn text(span: &SpanData, key: &str) -> String {
    let mut attributes = span.attributes.iter();
    let found = attributes.find(|attribute| attribute.key.as_str() == key);
    found
        .map(|it| it.value.as_str().into_owned())
        .unwrap_or_default()
}

fn usage() -> Value {
    json!({"inputTokens": 11, "outputTokens": 5, "totalTokens": 16})
}

fn assert_whole(span: &SpanData) {
    println!("{} {:#?}", span.name, span.attributes);
    assert_eq!(span.name, format!("chat {MODEL}"));
    let input: Value = serde_json::from_str(&text(span, "gen_ai.input.messages")).unwrap();
    let parts = input.pointer("/0/parts/0/content");
    assert_eq!(parts.and_then(Value::as_str), Some(QUESTION), "{input}");
    let output: Value = serde_json::from_str(&text(span, "gen_ai.output.messages")).unwrap();
    let parts = output.pointer("/0/parts/0/content");
    assert_eq!(
        parts.and_then(Value::as_str),
        Some("In ten days."),
        "{output}"
    );
    for (key, value) in [
        ("gen_ai.request.max_tokens", "64"),
        ("gen_ai.request.temperature", "0.5"),
        ("gen_ai.response.finish_reasons", "[\"stop\"]"),
        ("gen_ai.usage.input_tokens", "11"),
        ("gen_ai.usage.output_tokens", "5"),
    ] {
        assert_eq!(text(span, key), value, "{key}");
    }
}

fn request() -> CompletionRequest {
    CompletionRequest::new(QUESTION)
        .max_tokens(64)
        .temperature(0.5)
}

#[tokio::test]
async fn completion_span_is_whole() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
            "stopReason": "end_turn",
            "usage": usage(),
            "metrics": {"latencyMs": 21},
        }),
    ));
    let client = aws_sdk_bedrockruntime::Client::from_conf(server.client_config().build());
    let model = BedrockRuntime::from(monitor_bedrock(client)).completion(MODEL);
    let response = model.call(request()).await.unwrap();
    assert_eq!(response.text(), "In ten days.");
    assert_whole(&spans.bedrock());
}

#[tokio::test]
async fn stream_span_is_whole() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    let delta = |text: &str| {
        let delta = json!({"contentBlockIndex": 0, "delta": {"text": text}});
        frames::event("contentBlockDelta", &delta)
    };
    server.queue_answer(Answer::events(vec![
        frames::event("messageStart", &json!({"role": "assistant"})),
        delta("In ten "),
        delta("days."),
        frames::event("contentBlockStop", &json!({"contentBlockIndex": 0})),
        frames::event("messageStop", &json!({"stopReason": "end_turn"})),
        frames::event(
            "metadata",
            &json!({"usage": usage(), "metrics": {"latencyMs": 21}}),
        ),
    ]));
    let client = aws_sdk_bedrockruntime::Client::from_conf(server.client_config().build());
    let model = BedrockRuntime::from(monitor_bedrock(client)).completion(MODEL);
    let mut stream = model.stream(request()).unwrap();
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    drop(stream);
    let span = spans.bedrock();
    assert_whole(&span);
    assert_eq!(text(&span, "aws.bedrock.stream.completed"), "true");
}
