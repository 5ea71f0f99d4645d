//! A conversation by voice: one span for the session, both directions read as
//! they pass.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_bedrockruntime::error::SdkError;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::primitives::event_stream::EventStreamSender;
use aws_sdk_bedrockruntime::types::error::InvokeModelWithBidirectionalStreamInputError as InputError;
use aws_sdk_bedrockruntime::types::{
    BidirectionalInputPayloadPart, InvokeModelWithBidirectionalStreamInput as Input,
    InvokeModelWithBidirectionalStreamOutput as Output,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::support::duplex::duplex;
use crate::support::mock_bedrock::frames::{Frame, chunk, exception};
use crate::support::spans::{Span, Spans};

mod measured;

const MODEL: &str = "amazon.nova-sonic-v1:0";

#[tokio::test]
async fn a_session_is_one_span_with_its_turns_and_tokens() {
    let spans = Spans::collect();
    let heard = converse(MonitorOptions::new(), &SAID, model).await;
    assert_eq!(heard, 16);
    let span = spans.one();
    assert_eq!(span.name(), format!("chat {MODEL}"));
    for (key, value) in [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.request.model", json!(MODEL)),
        ("gen_ai.request.max_tokens", json!(1024)),
        ("gen_ai.request.temperature", json!(0.7)),
        ("gen_ai.request.top_p", json!(0.9)),
        ("gen_ai.output.type", json!("speech")),
        ("gen_ai.conversation.id", json!("session-1")),
        ("gen_ai.response.id", json!("completion-1")),
        ("gen_ai.usage.input_tokens", json!(40)),
        ("gen_ai.usage.output_tokens", json!(60)),
        (
            "gen_ai.response.finish_reasons",
            json!(["tool_call", "stop"]),
        ),
        ("aws.bedrock.input.media.bytes", json!(6)),
        ("aws.bedrock.output.media.count", json!(1)),
        ("aws.bedrock.output.media.bytes", json!(3)),
        ("aws.bedrock.stream.completed", json!(true)),
        ("aws.bedrock.stream.events", json!(16)),
        ("http.response.status_code", json!(200)),
        ("aws.request_id", json!("duplex-1")),
        ("rpc.method", json!("InvokeModelWithBidirectionalStream")),
    ] {
        assert_eq!(span.attribute(key), value, "{key}");
    }
    assert_eq!(span.error(), None);
    let system = span.json("gen_ai.system_instructions");
    assert_eq!(system, json!([{"type": "text", "content": "You help."}]));
    let tools = span.json("gen_ai.tool.definitions");
    assert_eq!(tools[0]["name"], "find_order");
    assert_eq!(tools[0]["parameters"], json!({"type": "object"}));
    assert_eq!(
        span.json("gen_ai.input.messages"),
        json!([
            {"role": "user", "parts": [{"type": "text", "content": "Where is my refund?"}]},
            {"role": "tool", "parts": [{
                "type": "tool_call_response",
                "id": "call-1",
                "response": {"state": "approved"},
            }]},
        ])
    );
    assert_eq!(
        span.json("gen_ai.output.messages"),
        json!([
            {
                "role": "assistant",
                "parts": [{
                    "type": "tool_call",
                    "id": "call-1",
                    "name": "find_order",
                    "arguments": {"order": 1042},
                }],
                "finish_reason": "tool_call",
            },
            {
                "role": "assistant",
                "parts": [{"type": "text", "content": "It was approved."}],
                "finish_reason": "stop",
            },
        ])
    );
}

#[tokio::test]
async fn each_turn_is_an_event_at_its_own_time() {
    let spans = Spans::collect();
    converse(MonitorOptions::new(), &SAID, model).await;
    let span = spans.one();
    assert_eq!(
        span.events(),
        [
            "gen_ai.system.message",
            "gen_ai.user.message",
            "gen_ai.tool.message",
            "gen_ai.choice",
            "gen_ai.choice",
        ]
    );
    let times: Vec<_> = span.0.events.iter().map(|event| event.timestamp).collect();
    let [_, asked, result, call, answer] = times[..] else {
        panic!("five events");
    };
    assert!(span.0.start_time < asked && asked < call && call < result && result < answer);
    assert!(answer < span.0.end_time);
}

#[tokio::test]
async fn without_content_a_session_has_its_numbers_alone() {
    let spans = Spans::collect();
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    converse(options, &SAID, model).await;
    let span = spans.one();
    assert_eq!(span.attribute("gen_ai.usage.input_tokens"), json!(40));
    assert_eq!(span.attribute("aws.bedrock.input.media.bytes"), json!(6));
    let reasons = span.attribute("gen_ai.response.finish_reasons");
    assert_eq!(reasons, json!(["tool_call", "stop"]));
    let told = format!("{span:?}");
    for text in ["refund", "approved", "You help", "1042"] {
        assert!(!told.contains(text), "{text}");
    }
}

#[tokio::test]
async fn nothing_is_read_where_events_are_not_wanted() {
    let spans = Spans::collect();
    let options = MonitorOptions::new().streaming_events(false);
    assert_eq!(converse(options, &SAID, model).await, 16);
    let span = spans.one();
    assert!(!span.has("gen_ai.usage.input_tokens"));
    assert_eq!(span.error(), None);
}

#[tokio::test]
async fn an_exception_ends_the_session() {
    let spans = Spans::collect();
    let broken = |_: &Value| {
        vec![exception(
            "modelStreamErrorException",
            &json!({"message": "lost the thread"}),
        )]
    };
    converse(MonitorOptions::new(), &SAID[..1], broken).await;
    let span = spans.one();
    assert_eq!(span.text("error.type"), "ModelStreamErrorException");
    assert_eq!(span.error().as_deref(), Some("lost the thread"));
}

#[tokio::test]
async fn a_caller_that_leaves_ends_the_session_too() {
    let spans = Spans::collect();
    let (client, sender, body) = session(MonitorOptions::new(), model);
    let call = client.invoke_model_with_bidirectional_stream();
    let mut output = call.model_id(MODEL).body(body).send().await.unwrap();
    sender.send(SAID[4].parse().unwrap()).unwrap();
    let first = output.body.recv().await.unwrap();
    assert!(first.is_some());
    drop(output);
    let span: Span = spans.one();
    assert_eq!(span.error(), None);
    let completed = span.attribute("aws.bedrock.stream.completed");
    assert_eq!(completed, json!(false));
    drop(sender);
}

/// Says one event after the other, each when the one before was answered, and
/// gives the number of events that came back.
async fn converse(
    options: MonitorOptions,
    said: &[&str],
    model: impl Fn(&Value) -> Vec<Frame> + Clone + Send + Sync + 'static,
) -> usize {
    let (client, sender, body) = session(options, model.clone());
    let call = client.invoke_model_with_bidirectional_stream();
    let mut output = call.model_id(MODEL).body(body).send().await.unwrap();
    let mut heard = 0;
    for event in said {
        let event: Value = event.parse().unwrap();
        let answers = model(&event).len();
        sender.send(event).unwrap();
        for _ in 0..answers {
            match output.body.recv().await {
                Ok(Some(Output::Chunk(_))) => heard += 1,
                Err(SdkError::ServiceError(_)) => return heard,
                other => panic!("{other:?}"),
            }
        }
        // Turns that follow each other have different times.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    drop(sender);
    assert!(output.body.recv().await.unwrap().is_none());
    heard
}

type Body = EventStreamSender<Input, InputError>;

fn session(
    options: MonitorOptions,
    model: impl Fn(&Value) -> Vec<Frame> + Send + Sync + 'static,
) -> (Client, UnboundedSender<Value>, Body) {
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
        .http_client(duplex(model));
    let client = monitor_bedrock_with(Client::from_conf(config.build()), options);
    let (sender, mut receiver) = unbounded_channel::<Value>();
    let events = futures_util::stream::poll_fn(move |context| {
        receiver.poll_recv(context).map(|event| {
            let bytes = Blob::new(event?.to_string());
            let part = BidirectionalInputPayloadPart::builder().bytes(bytes);
            Some(Ok(Input::Chunk(part.build())))
        })
    });
    (client, sender, EventStreamSender::from(events))
}

/// What the caller says, as Nova Sonic's documentation has it.
const SAID: [&str; 11] = [
    r#"{"event": {"sessionStart": {"inferenceConfiguration":
        {"maxTokens": 1024, "topP": 0.9, "temperature": 0.7}}}}"#,
    r#"{"event": {"promptStart": {"promptName": "p",
        "audioOutputConfiguration": {"mediaType": "audio/lpcm", "voiceId": "amy"},
        "toolConfiguration": {"tools": [{"toolSpec": {"name": "find_order",
            "description": "Finds an order", "inputSchema": {"json": "{\"type\":\"object\"}"}}}]}}}}"#,
    r#"{"event": {"contentStart": {"promptName": "p", "contentName": "s", "type": "TEXT",
        "role": "SYSTEM", "interactive": true}}}"#,
    r#"{"event": {"textInput": {"promptName": "p", "contentName": "s", "content": "You help."}}}"#,
    r#"{"event": {"contentEnd": {"promptName": "p", "contentName": "s"}}}"#,
    r#"{"event": {"contentStart": {"promptName": "p", "contentName": "a", "type": "AUDIO",
        "role": "USER", "interactive": true}}}"#,
    r#"{"event": {"audioInput": {"promptName": "p", "contentName": "a", "content": "AAAAAAAA"}}}"#,
    r#"{"event": {"contentStart": {"promptName": "p", "contentName": "t", "type": "TOOL",
        "role": "TOOL", "toolResultInputConfiguration": {"toolUseId": "call-1", "type": "TEXT"}}}}"#,
    r#"{"event": {"toolResult": {"promptName": "p", "contentName": "t",
        "content": "{\"state\": \"approved\"}"}}}"#,
    r#"{"event": {"contentEnd": {"promptName": "p", "contentName": "t"}}}"#,
    r#"{"event": {"sessionEnd": {}}}"#,
];

/// What the model answers to it.
fn model(event: &Value) -> Vec<Frame> {
    let said = |kind: &str, content: Value| chunk(&json!({"event": {kind: content}}));
    let id = |content: &str| json!({"sessionId": "session-1", "completionId": "completion-1", "contentId": content});
    let with = |content: &str, more: Value| {
        let mut all = id(content);
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        all
    };
    let event = &event["event"];
    if event["contentEnd"]["contentName"] == "s" {
        return vec![said("completionStart", id(""))];
    }
    if event.get("audioInput").is_some() {
        let stage = json!({"type": "TEXT", "role": "USER", "additionalModelFields": "{\"generationStage\":\"FINAL\"}"});
        return vec![
            said("contentStart", with("u", stage)),
            said(
                "textOutput",
                with("u", json!({"content": "Where is my refund?"})),
            ),
            said(
                "contentEnd",
                with("u", json!({"type": "TEXT", "stopReason": "PARTIAL_TURN"})),
            ),
            said(
                "toolUse",
                with(
                    "c",
                    json!({"toolName": "find_order", "toolUseId": "call-1", "content": "{\"order\": 1042}"}),
                ),
            ),
        ];
    }
    if event["contentEnd"]["contentName"] == "t" {
        let text = |stage: &str| {
            let fields = json!({ "generationStage": stage }).to_string();
            json!({"type": "TEXT", "role": "ASSISTANT", "additionalModelFields": fields})
        };
        return vec![
            said("contentStart", with("x", text("SPECULATIVE"))),
            said(
                "textOutput",
                with("x", json!({"content": "It was approved."})),
            ),
            said(
                "contentEnd",
                with("x", json!({"type": "TEXT", "stopReason": "PARTIAL_TURN"})),
            ),
            said(
                "contentStart",
                with("y", json!({"type": "AUDIO", "role": "ASSISTANT"})),
            ),
            said("audioOutput", with("y", json!({"content": "AAAA"}))),
            said(
                "contentEnd",
                with("y", json!({"type": "AUDIO", "stopReason": "END_TURN"})),
            ),
            said("contentStart", with("z", text("FINAL"))),
            said(
                "textOutput",
                with("z", json!({"content": "It was approved."})),
            ),
            said(
                "contentEnd",
                with("z", json!({"type": "TEXT", "stopReason": "END_TURN"})),
            ),
            said(
                "usageEvent",
                with("", json!({"totalInputTokens": 40, "totalOutputTokens": 60})),
            ),
            said("completionEnd", with("", json!({"stopReason": "END_TURN"}))),
        ];
    }
    Vec::new()
}
