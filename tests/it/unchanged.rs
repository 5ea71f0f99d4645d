//! Each operation side by side, without and with monitoring: what the caller
//! gets, and what the service gets, is the same.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::DisplayErrorContext;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message, SystemContentBlock,
};
use nr_bedrock_observability::monitor_bedrock;
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{
    Frame, chunk, converse_text, error_message, event, exception,
};
use crate::support::mock_bedrock::{Answer, MockBedrock, Request};
use crate::support::spans::Spans;

const OPERATIONS: [&str; 4] = [
    "Converse",
    "ConverseStream",
    "InvokeModel",
    "InvokeModelWithResponseStream",
];

#[tokio::test]
async fn callers_and_service_notice_nothing() {
    for operation in OPERATIONS {
        for (name, answer) in answers(operation) {
            let spans = Spans::collect();
            let (plain, sent) = outcome(operation, &answer, false).await;
            assert!(spans.bedrock().is_empty(), "{operation}, {name}");
            let (monitored, sent_again) = outcome(operation, &answer, true).await;

            assert_eq!(plain, monitored, "{operation}, {name}");
            assert_eq!(sent, sent_again, "{operation}, {name}");
            assert_eq!(spans.bedrock().len(), 1, "{operation}, {name}");
        }
    }
}

#[tokio::test]
async fn a_body_of_ten_megabytes_goes_through() {
    let long = "a".repeat(10_000_000);
    for body in [long.clone(), json!({"completion": long}).to_string()] {
        let spans = Spans::collect();
        let server = MockBedrock::start().await;
        server.queue_answer(Answer::bytes(200, "application/json", body.clone()));
        let client = Client::from_conf(monitor_bedrock(server.client_config()).build());
        let call = client
            .invoke_model()
            .model_id(MODEL)
            .body(Blob::new(body.clone()));
        let output = call.send().await.unwrap();
        assert_eq!(output.body.as_ref(), body.as_bytes());
        assert_eq!(server.requests()[0].body, body.as_bytes());

        let span = spans.one();
        assert_eq!(span.text("gen_ai.request.model"), MODEL);
        assert_eq!(span.attribute("http.response.status_code"), json!(200));
        assert_eq!(span.error(), None);
    }
}

/// Every way to answer an operation, good and bad.
fn answers(operation: &str) -> Vec<(&'static str, Answer)> {
    let mut answers = vec![
        (
            "throttled",
            Answer::error(429, "ThrottlingException", "too fast"),
        ),
        (
            "refused",
            Answer::error(400, "ValidationException", "no such field"),
        ),
        (
            "not modelled",
            Answer::error(418, "TeapotException", "short and stout"),
        ),
        (
            "a page of HTML",
            Answer::bytes(503, "text/html", "<html>busy</html>"),
        ),
        ("garbage", Answer::bytes(200, "application/json", "}{")),
        ("nothing", Answer::bytes(200, "application/json", "")),
    ];
    match operation {
        "Converse" => answers.push(("good", Answer::json(200, &reply()))),
        "InvokeModel" => {
            answers.push(("good", Answer::json(200, &message())));
            answers.push(("another shape", Answer::json(200, &json!([1, {"a": null}]))));
        }
        "ConverseStream" => answers.extend(streams(&converse_text(&["Within", " days."]))),
        _ => answers.extend(streams(&chunks())),
    }
    answers
}

fn streams(frames: &[Frame]) -> Vec<(&'static str, Answer)> {
    let whole = || Answer::events(frames.to_vec());
    let bytes = frames
        .iter()
        .map(|frame| frame.bytes().len())
        .sum::<usize>();
    let with = |more: Frame| {
        let mut some: Vec<_> = frames.iter().take(2).cloned().collect();
        some.push(more);
        Answer::events(some)
    };
    vec![
        ("good", whole()),
        ("in small pieces", whole().pieces(61)),
        ("cut", whole().cut_after(bytes / 2)),
        ("truncated", whole().truncate(bytes - 10)),
        ("damaged", whole().corrupt_frame(1)),
        (
            "exception",
            with(exception(
                "throttlingException",
                &json!({"message": "later"}),
            )),
        ),
        (
            "unknown exception",
            with(exception("novelException", &json!({"message": "?"}))),
        ),
        ("error", with(error_message("InternalError", "odd"))),
        ("unknown event", with(event("novelty", &json!({"a": 1})))),
        (
            "event that is no object",
            with(event("contentBlockDelta", &json!("?"))),
        ),
        ("no events", Answer::events(Vec::new())),
    ]
}

/// What the caller saw, in words, and what the service was sent.
async fn outcome(operation: &str, answer: &Answer, monitored: bool) -> (String, Vec<Sent>) {
    let server = MockBedrock::start().await;
    server.queue_answer(answer.clone());
    let mut config = server.client_config();
    if monitored {
        config = monitor_bedrock(config);
    }
    let client = Client::from_conf(config.build());
    let body = Blob::new(question().to_string());
    let saw = match operation {
        "Converse" => {
            let inference = InferenceConfiguration::builder().temperature(0.2).build();
            let call = client.converse().model_id(MODEL).messages(user());
            let call = call.system(SystemContentBlock::Text("Be brief.".to_owned()));
            whole(call.inference_config(inference).send().await)
        }
        "InvokeModel" => whole(
            client
                .invoke_model()
                .model_id(MODEL)
                .body(body)
                .send()
                .await,
        ),
        "ConverseStream" => {
            let call = client.converse_stream().model_id(MODEL).messages(user());
            match call.send().await {
                Ok(mut output) => {
                    let mut saw = String::new();
                    while step(output.stream.recv().await, &mut saw) {}
                    saw
                }
                Err(error) => DisplayErrorContext(&error).to_string(),
            }
        }
        _ => {
            let call = client.invoke_model_with_response_stream().model_id(MODEL);
            match call.body(body).send().await {
                Ok(mut output) => {
                    let mut saw = format!("{:?}\n", output.content_type);
                    while step(output.body.recv().await, &mut saw) {}
                    saw
                }
                Err(error) => DisplayErrorContext(&error).to_string(),
            }
        }
    };
    let host = server.addr().to_string();
    let sent = server
        .requests()
        .into_iter()
        .map(|request| Sent::of(request, &host));
    (saw.replace(&host, "HOST"), sent.collect())
}

fn whole<T: Debug, E: std::error::Error>(result: Result<T, E>) -> String {
    match result {
        Ok(output) => format!("{output:?}"),
        Err(error) => DisplayErrorContext(&error).to_string(),
    }
}

/// Notes one step of reading a stream; whether there may be another.
fn step<T: Debug, E: std::error::Error>(step: Result<Option<T>, E>, saw: &mut String) -> bool {
    let more = matches!(step, Ok(Some(_)));
    match step {
        Ok(event) => writeln!(saw, "{event:?}").unwrap(),
        Err(error) => writeln!(saw, "{}", DisplayErrorContext(&error)).unwrap(),
    }
    more
}

/// A request without what differs between any two.
#[derive(Debug, PartialEq)]
struct Sent {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Sent {
    fn of(request: Request, host: &str) -> Self {
        let steady = |(name, _): &(String, String)| !VARYING.contains(&name.as_str());
        let headers = request.headers.into_iter().filter(steady);
        let headers = headers.map(|(name, value)| (name, value.replace(host, "HOST")));
        Self {
            method: request.method,
            path: request.path,
            headers: headers.collect(),
            body: request.body,
        }
    }
}

const VARYING: [&str; 6] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "user-agent",
    "x-amz-date",
    "x-amz-user-agent",
];

fn user() -> Message {
    let message = Message::builder().role(ConversationRole::User);
    let text = ContentBlock::Text("When do refunds arrive?".to_owned());
    message.content(text).build().unwrap()
}

fn question() -> Value {
    json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "When do refunds arrive?"}],
    })
}

fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "Within days."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        "metrics": {"latencyMs": 421},
    })
}

fn message() -> Value {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude",
        "content": [{"type": "text", "text": "Within days."}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 20, "output_tokens": 3},
    })
}

fn chunks() -> Vec<Frame> {
    let start = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude",
        "content": [], "usage": {"input_tokens": 20, "output_tokens": 1}});
    let delta = json!({"type": "text_delta", "text": "Within days."});
    [
        json!({"type": "message_start", "message": start}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}),
        json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 20}}),
    ]
    .iter()
    .map(chunk)
    .collect()
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
