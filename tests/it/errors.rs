//! Every way in which a call fails before it is answered well, and what its
//! span then says.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Builder;
use aws_sdk_bedrockruntime::error::DisplayErrorContext;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::{ContentKind, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::spans::{Span, Spans};

mod unanswered;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Converse,
    ConverseStream,
    InvokeModel,
    InvokeModelWithResponseStream,
}

const OPERATIONS: [Operation; 4] = [
    Operation::Converse,
    Operation::ConverseStream,
    Operation::InvokeModel,
    Operation::InvokeModelWithResponseStream,
];

/// Status, code, and whether the service turned the call away because of its rate.
const CODES: [(u16, &str, bool); 14] = [
    (400, "ServiceQuotaExceededException", false),
    (400, "ThrottlingException", true),
    (400, "ValidationException", false),
    (403, "AccessDeniedException", false),
    (403, "ExpiredTokenException", false),
    (404, "ResourceNotFoundException", false),
    (408, "ModelTimeoutException", false),
    (418, "TeapotException", false),
    (424, "ModelErrorException", false),
    // The model is not there yet: its status is the only thing of a rate.
    (429, "ModelNotReadyException", false),
    (429, "ThrottlingException", true),
    (429, "TooManyRequestsException", true),
    (500, "InternalServerException", false),
    (503, "ServiceUnavailableException", false),
];

#[tokio::test]
async fn every_code_of_the_service_names_the_error() {
    for operation in OPERATIONS {
        for (status, code, throttled) in CODES {
            let case = format!("{operation:?}, {status} {code}");
            let answer = Answer::error(status, code, "as told");
            let (result, span) = answered(operation, answer).await;

            assert!(result.is_err(), "{case}");
            failed(&case, &span, code, Some("as told"));
            let throttled = throttled.then_some(true);
            says(
                &case,
                &span,
                [
                    ("aws.bedrock.throttled", json!(throttled)),
                    ("http.response.status_code", json!(status)),
                    ("aws.request_id", json!(REQUEST_ID)),
                    ("aws.request.attempts", json!(1)),
                ],
            );
            assert_eq!(
                span.events_named("aws.request.attempt.failed"),
                [attempt(1, code, Some(status))],
                "{case}"
            );
            says(
                &case,
                &span,
                [
                    ("gen_ai.response.finish_reasons", json!(["error"])),
                    ("gen_ai.usage.output_tokens", Value::Null),
                    ("gen_ai.output.messages", Value::Null),
                ],
            );
        }
    }
}

#[tokio::test]
async fn an_answer_without_a_code_is_named_by_its_status() {
    for operation in OPERATIONS {
        for (status, throttled) in [(429, Some(true)), (502, None), (503, None)] {
            let case = format!("{operation:?}, {status}");
            let page = "<html><body>busy</body></html>";
            let (result, span) =
                answered(operation, Answer::bytes(status, "text/html", page)).await;

            assert!(result.is_err(), "{case}");
            failed(&case, &span, &status.to_string(), None);
            says(
                &case,
                &span,
                [
                    ("aws.bedrock.throttled", json!(throttled)),
                    ("http.response.status_code", json!(status)),
                ],
            );
        }
    }
}

/// What cannot be read is the SDK's to judge; the span says the rest.
#[tokio::test]
async fn an_answer_that_cannot_be_read_still_gives_a_span() {
    // Whether the SDK finds an answer of Converse in it; for InvokeModel any
    // body is the answer of some model.
    let bodies: [(&str, &[u8], bool); 5] = [
        ("application/json", b"}{", false),
        ("application/json", b"", true),
        ("application/json", b"[1, 2]", false),
        ("text/html", b"<html>hello</html>", false),
        ("application/octet-stream", b"\xff\xfe\0", false),
    ];
    for (content_type, body, readable) in bodies {
        for (operation, succeeds) in [
            (Operation::Converse, readable),
            (Operation::InvokeModel, true),
        ] {
            let case = format!("{operation:?}, {}", String::from_utf8_lossy(body));
            let answer = Answer::bytes(200, content_type, body);
            let (result, span) = answered(operation, answer).await;

            assert_eq!(result.is_ok(), succeeds, "{case}: {result:?}");
            if succeeds {
                assert_eq!(span.error(), None, "{case}");
                assert!(span.events_named("exception").is_empty(), "{case}");
            } else {
                let message = Some("the response could not be read");
                failed(&case, &span, "response", message);
            }
            assert!(!span.duration().is_zero(), "{case}");
            says(
                &case,
                &span,
                [
                    ("gen_ai.request.model", json!(MODEL)),
                    ("http.response.status_code", json!(200)),
                    ("aws.request_id", json!(REQUEST_ID)),
                ],
            );
        }
    }
}

#[tokio::test]
async fn the_text_of_an_error_goes_through_the_redaction_once() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let options = MonitorOptions::new().redact_with({
        let seen = Arc::clone(&seen);
        move |content| {
            if content.kind() == ContentKind::Error {
                seen.lock().unwrap().push(content.text().to_owned());
                content.set_text(content.text().replace("4111 1111", "[card]"));
            }
        }
    });
    let server = MockBedrock::start().await;
    let text = "no such card: 4111 1111";
    server.queue_answer(Answer::error(400, "ValidationException", text));
    let (result, span) = call(Operation::Converse, server.client_config(), options).await;

    // The caller's error is the caller's.
    assert!(result.unwrap_err().contains(text));
    let redacted = Some("no such card: [card]");
    failed("redacted", &span, "ValidationException", redacted);
    assert!(!format!("{:?}", span.0).contains("4111 1111"));
    assert_eq!(*seen.lock().unwrap(), [text]);
}

/// What every failed call says, whatever it failed with.
fn failed(case: &str, span: &Span, kind: &str, message: Option<&str>) {
    assert_eq!(span.text("error.type"), kind, "{case}: {span:#?}");
    assert_eq!(
        span.error().as_deref(),
        Some(message.unwrap_or_default()),
        "{case}"
    );
    let exception = match message {
        Some(message) => json!({"exception.type": kind, "exception.message": message}),
        None => json!({"exception.type": kind}),
    };
    assert_eq!(span.events_named("exception"), [exception], "{case}");
}

fn says<const N: usize>(case: &str, span: &Span, attributes: [(&str, Value); N]) {
    for (key, value) in attributes {
        assert_eq!(span.attribute(key), value, "{case}: {key}");
    }
}

fn attempt(number: i64, kind: &str, status: Option<u16>) -> Value {
    json!({
        "aws.request.attempt": number,
        "error.type": kind,
        "http.response.status_code": status,
        "aws.request_id": REQUEST_ID,
    })
}

async fn answered(operation: Operation, answer: Answer) -> (Result<(), String>, Span) {
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    call(operation, server.client_config(), MonitorOptions::new()).await
}

async fn call(
    operation: Operation,
    config: Builder,
    options: MonitorOptions,
) -> (Result<(), String>, Span) {
    let spans = Spans::collect();
    let result = send(&monitored(config, options), operation).await;
    (result, spans.one())
}

fn monitored(config: Builder, options: MonitorOptions) -> Client {
    Client::from_conf(monitor_bedrock_with(config, options).build())
}

async fn send(client: &Client, operation: Operation) -> Result<(), String> {
    let body = || Blob::new(r#"{"prompt": "When do refunds arrive?"}"#);
    match operation {
        Operation::Converse => {
            let call = client.converse().model_id(MODEL).messages(question());
            said(call.send().await)
        }
        Operation::ConverseStream => {
            let call = client.converse_stream().model_id(MODEL);
            said(call.messages(question()).send().await)
        }
        Operation::InvokeModel => {
            let call = client.invoke_model().model_id(MODEL).body(body());
            said(call.send().await)
        }
        Operation::InvokeModelWithResponseStream => {
            let call = client.invoke_model_with_response_stream();
            said(call.model_id(MODEL).body(body()).send().await)
        }
    }
}

fn said<T, E: std::error::Error>(result: Result<T, E>) -> Result<(), String> {
    result
        .map(drop)
        .map_err(|error| DisplayErrorContext(&error).to_string())
}

fn question() -> Message {
    let text = ContentBlock::Text("When do refunds arrive?".to_owned());
    let message = Message::builder().role(ConversationRole::User);
    message.content(text).build().unwrap()
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
