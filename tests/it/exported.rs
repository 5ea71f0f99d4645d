//! What a receiver of OTLP decodes: the spans of Bedrock calls as they left the
//! process, protobuf and all, are those that finished inside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, GuardrailConfiguration, InferenceConfiguration, Message,
    SystemContentBlock,
};
use nr_bedrock_observability::{Telemetry, TelemetryGuard, monitor_bedrock};
use serde_json::{Value, json};
use tracing::Instrument as _;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::mock_bedrock::frames::{converse_text, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::otlp::Receiver;
use crate::support::spans::Spans;

/// One call of each kind, in the order in which their spans end.
const CALLS: [&str; 5] = ["converse", "stream", "throttled", "broken", "embed"];

#[tokio::test]
async fn spans_arrive_as_they_finished() {
    let inside = {
        let spans = Spans::collect();
        calls().await;
        spans.all()
    };
    let receiver = Receiver::start();
    let (telemetry, default) = exporting(Telemetry::otlp().endpoint(receiver.url()));
    calls().await;
    drop(default);
    telemetry.shutdown().unwrap();
    let outside = receiver.spans();

    assert_eq!(inside.len(), CALLS.len() + 1);
    assert_eq!(outside.len(), inside.len());
    let root = outside.iter().find(|span| span.name == "answer").unwrap();
    for (finished, exported) in inside.iter().zip(&outside) {
        let name = finished.name();
        assert_eq!(exported.name, name);
        assert_eq!(exported.error, finished.error(), "{name}");
        assert_eq!(
            steady(&exported.attributes),
            steady(&finished.attributes()),
            "{name}"
        );
        let events: Vec<_> = exported
            .events
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(events, finished.events(), "{name}");
        for event in &events {
            let named = exported.events.iter().filter(|(name, _)| name == event);
            let attributes: Vec<_> = named.map(|(_, attributes)| json!(attributes)).collect();
            assert_eq!(attributes, finished.events_named(event), "{name}: {event}");
        }
        if exported.name != "answer" {
            assert_eq!(exported.kind, CLIENT, "{name}");
            assert_eq!(
                (&exported.parent_id, &exported.trace_id),
                (&root.id, &root.trace_id)
            );
        }
    }
}

#[tokio::test]
async fn numbers_and_lists_keep_their_types_on_the_wire() {
    let receiver = Receiver::start();
    let (telemetry, default) = exporting(Telemetry::otlp().endpoint(receiver.url()));
    calls().await;
    drop(default);
    telemetry.shutdown().unwrap();

    let spans = receiver.spans();
    let converse = &spans[0].attributes;
    for (key, value) in [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!("aws.bedrock")),
        ("gen_ai.request.model", json!(MODEL)),
        ("gen_ai.request.max_tokens", json!(200)),
        ("gen_ai.request.temperature", json!(0.0)),
        ("gen_ai.request.stop_sequences", json!(["END"])),
        ("gen_ai.response.finish_reasons", json!(["stop"])),
        ("gen_ai.usage.input_tokens", json!(20)),
        ("gen_ai.usage.cache_read.input_tokens", json!(0)),
        ("gen_ai.usage.output_tokens", json!(3)),
        ("aws.bedrock.guardrail.id", json!("gr-1")),
        ("aws.bedrock.invocation_latency", json!(421)),
        ("aws.request.attempts", json!(1)),
        ("http.response.status_code", json!(200)),
    ] {
        assert_eq!(converse.get(key), Some(&value), "{key}");
    }
    let stream = &spans[1].attributes;
    assert_eq!(stream["aws.bedrock.stream.completed"], json!(true));
    assert!(stream["gen_ai.response.time_to_first_chunk"].is_f64());
    assert_eq!(spans[2].attributes["error.type"], "ThrottlingException");
    assert_eq!(spans[2].attributes["aws.bedrock.throttled"], json!(true));
    assert_eq!(
        spans[3].attributes["error.type"],
        "ModelStreamErrorException"
    );
    assert_eq!(spans[4].name, "embeddings amazon.titan-embed-text-v2:0");
    assert_eq!(
        spans[4].attributes["gen_ai.embeddings.dimension.count"],
        json!(3)
    );
}

#[tokio::test]
async fn new_relic_gets_the_words_that_it_asks_for() {
    let receiver = Receiver::start();
    let new_relic = Telemetry::new_relic().license_key("0123456789012345678901234567890123456789");
    let (telemetry, default) = exporting(new_relic.endpoint(receiver.url()));
    calls().await;
    drop(default);
    telemetry.shutdown().unwrap();

    let converse = &receiver.spans()[0].attributes;
    assert_eq!(converse["gen_ai.response.finish_reasons"], "stop");
    assert_eq!(converse["gen_ai.system"], "aws.bedrock");
    assert_eq!(converse["gen_ai.usage.cache_read_input_tokens"], json!(0));
    let said: Value =
        serde_json::from_str(converse["gen_ai.output.messages"].as_str().unwrap()).unwrap();
    assert_eq!(said[0]["parts"][0]["content"], "Within days.");
}

fn exporting(telemetry: Telemetry) -> (TelemetryGuard, DefaultGuard) {
    let (layer, guard) = telemetry.environment(|_| None).layer().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    (guard, tracing::subscriber::set_default(subscriber))
}

/// The calls of [`CALLS`], below one span of the application.
async fn calls() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, &reply()));
    server.queue_answer(Answer::events(converse_text(&["Within", " days."])));
    server.queue_answer(Answer::error(429, "ThrottlingException", "too fast"));
    let mut broken = converse_text(&["Within"]);
    broken.truncate(2);
    broken.push(exception(
        "modelStreamErrorException",
        &json!({"message": "gone"}),
    ));
    server.queue_answer(Answer::events(broken));
    server.queue_answer(Answer::json(
        200,
        &json!({"embedding": [0.1, 0.2, 0.3], "inputTextTokenCount": 4}),
    ));
    let client = Client::from_conf(monitor_bedrock(server.client_config()).build());
    async {
        for call in CALLS {
            match call {
                "stream" | "broken" => read(&client).await,
                "embed" => embed(&client).await,
                _ => converse(&client).await,
            }
        }
    }
    .instrument(tracing::info_span!("answer"))
    .await;
}

async fn converse(client: &Client) {
    let guardrail = GuardrailConfiguration::builder()
        .guardrail_identifier("gr-1")
        .guardrail_version("2")
        .build();
    let inference = InferenceConfiguration::builder()
        .max_tokens(200)
        .temperature(0.0)
        .stop_sequences("END")
        .build();
    let call = client.converse().model_id(MODEL).messages(question());
    let call = call.system(SystemContentBlock::Text("Be brief.".to_owned()));
    drop(
        call.inference_config(inference)
            .guardrail_config(guardrail)
            .send()
            .await,
    );
}

async fn read(client: &Client) {
    let call = client
        .converse_stream()
        .model_id(MODEL)
        .messages(question());
    let mut answer = call.send().await.unwrap();
    while let Ok(Some(_)) = answer.stream.recv().await {}
}

async fn embed(client: &Client) {
    let body = json!({"inputText": "refunds", "dimensions": 3}).to_string();
    let call = client
        .invoke_model()
        .model_id("amazon.titan-embed-text-v2:0");
    call.body(Blob::new(body)).send().await.unwrap();
}

fn question() -> Message {
    let message = Message::builder().role(ConversationRole::User);
    let text = ContentBlock::Text("When do refunds arrive?".to_owned());
    message.content(text).build().unwrap()
}

fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "Within days."}]}},
        "stopReason": "end_turn",
        "usage": {
            "inputTokens": 20, "outputTokens": 3, "totalTokens": 23,
            "cacheReadInputTokens": 0, "cacheWriteInputTokens": 0,
        },
        "metrics": {"latencyMs": 421},
    })
}

/// Without what differs from run to run.
fn steady(attributes: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut steady = attributes.clone();
    steady.remove("server.port");
    if let Some(first) = steady.get_mut("gen_ai.response.time_to_first_chunk") {
        assert!(
            first.as_f64().is_some_and(|seconds| seconds > 0.0),
            "{first}"
        );
        *first = json!("a moment");
    }
    steady
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
/// `SPAN_KIND_CLIENT`.
const CLIENT: i32 = 3;
