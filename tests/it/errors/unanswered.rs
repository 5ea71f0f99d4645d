//! Calls that nobody answers, and calls that are tried again.

use std::net::TcpListener;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_bedrockruntime::config::BehaviorVersion;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use nr_bedrock_observability::MonitorOptions;
use serde_json::{Value, json};

use super::{OPERATIONS, Operation, attempt, call, failed, monitored, question, says, send};
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::spans::{Span, Spans};

#[tokio::test]
async fn a_refused_connection_is_a_connection_error() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    for operation in OPERATIONS {
        let server = MockBedrock::start().await;
        let config = server
            .client_config()
            .endpoint_url(format!("http://127.0.0.1:{port}"));
        let (_, span) = call(operation, config, MonitorOptions::new()).await;

        let case = format!("{operation:?}");
        let message = span.error().unwrap();
        failed(&case, &span, "connection", Some(&message));
        assert!(message.contains("refused"), "{case}: {message}");
        says(
            &case,
            &span,
            [
                ("server.address", json!("127.0.0.1")),
                ("server.port", json!(port)),
                ("http.response.status_code", Value::Null),
                ("aws.request_id", Value::Null),
            ],
        );
    }
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_a_timeout() {
    let of_operation = TimeoutConfig::builder().operation_timeout(SHORT).build();
    let of_attempt = TimeoutConfig::builder()
        .operation_attempt_timeout(SHORT)
        .build();
    let of_reading = TimeoutConfig::builder().read_timeout(SHORT).build();
    for (name, timeouts) in [
        ("operation", of_operation),
        ("attempt", of_attempt),
        ("reading", of_reading),
    ] {
        for operation in OPERATIONS {
            let case = format!("{name}, {operation:?}");
            let server = MockBedrock::start().await;
            server.queue_answer(Answer::hang());
            let config = server.client_config().timeout_config(timeouts.clone());
            let (_, span) = call(operation, config, MonitorOptions::new()).await;

            let message = span.error().unwrap();
            failed(&case, &span, "timeout", Some(&message));
            assert!(!message.is_empty(), "{case}");
            assert!(waited(&span), "{case}: {:?}", span.duration());
            says(&case, &span, [("http.response.status_code", Value::Null)]);
        }
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_made_says_so() {
    let server = MockBedrock::start().await;
    let spans = Spans::collect();
    let client = monitored(server.client_config(), MonitorOptions::new());
    // No model: there is nothing to put into the path.
    let error = client.converse().messages(question()).send().await;
    assert!(error.is_err());
    let span = spans.one();
    assert_eq!(span.name(), "chat");
    failed(
        "no model",
        &span,
        "construction",
        Some("the request could not be made"),
    );
    says(
        "no model",
        &span,
        [
            ("gen_ai.request.model", Value::Null),
            ("aws.request.attempts", json!(0)),
        ],
    );

    // No region: there is no endpoint to send it to.
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"));
    let (_, span) = call(Operation::Converse, config, MonitorOptions::new()).await;
    failed(
        "no region",
        &span,
        "construction",
        Some("the request could not be made"),
    );
    says(
        "no region",
        &span,
        [
            ("cloud.region", Value::Null),
            ("http.response.status_code", Value::Null),
        ],
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_call_that_is_dropped_was_cancelled() {
    for operation in OPERATIONS {
        let server = MockBedrock::start().await;
        server.queue_answer(Answer::hang());
        let spans = Spans::collect();
        let client = monitored(server.client_config(), MonitorOptions::new());
        let dropped = tokio::time::timeout(SHORT, send(&client, operation)).await;
        assert!(dropped.is_err(), "{operation:?}");

        let case = format!("{operation:?}");
        let span = spans.one();
        failed(
            &case,
            &span,
            "cancelled",
            Some("the call was dropped before it was answered"),
        );
        assert!(waited(&span), "{case}: {:?}", span.duration());
    }
}

#[tokio::test]
async fn a_retried_call_that_succeeds_is_no_error() {
    let throttled = Answer::error(429, "ThrottlingException", "too fast");
    let answers = [
        throttled.clone().header("x-amzn-requestid", "first"),
        throttled.header("x-amzn-requestid", "second"),
        Answer::json(200, &json!({"completion": "Within days."})),
    ];
    let (result, span) = retried(answers).await;

    assert!(result.is_ok(), "{result:?}");
    assert_eq!(span.error(), None);
    assert!(span.events_named("exception").is_empty());
    says(
        "retried",
        &span,
        [
            ("error.type", Value::Null),
            ("aws.bedrock.throttled", Value::Null),
            ("aws.request.attempts", json!(3)),
            ("http.response.status_code", json!(200)),
            ("aws.request_id", json!(REQUEST_ID)),
        ],
    );
    let event = |number, id| {
        let mut event = attempt(number, "ThrottlingException", Some(429));
        event["aws.request_id"] = json!(id);
        event
    };
    assert_eq!(
        span.events_named("aws.request.attempt.failed"),
        [event(1, "first"), event(2, "second")]
    );
}

#[tokio::test]
async fn a_call_that_runs_out_of_attempts_fails_once() {
    let unavailable = Answer::error(503, "ServiceUnavailableException", "later");
    let (result, span) = retried([unavailable]).await;

    assert!(result.is_err());
    let code = "ServiceUnavailableException";
    failed("three times 503", &span, code, Some("later"));
    says(
        "out of attempts",
        &span,
        [
            ("aws.request.attempts", json!(3)),
            ("aws.bedrock.throttled", Value::Null),
        ],
    );
    assert_eq!(
        span.events_named("aws.request.attempt.failed"),
        [1, 2, 3].map(|number| attempt(number, code, Some(503)))
    );
}

#[tokio::test]
async fn an_attempt_without_an_answer_is_tried_again() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::hang());
    server.queue_answer(Answer::json(200, &json!({})).cut_after(0));
    server.queue_answer(Answer::json(200, &json!({"completion": "Within days."})));
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(SHORT);
    let config = server.client_config().timeout_config(timeouts.build());
    let config = config.retry_config(three_attempts());
    let (result, span) = call(Operation::InvokeModel, config, MonitorOptions::new()).await;

    assert!(result.is_ok(), "{result:?}");
    assert_eq!(span.error(), None);
    let events = span.events_named("aws.request.attempt.failed");
    // The second attempt was answered, and then cut off.
    let unanswered = json!({"aws.request.attempt": 1, "error.type": "timeout"});
    assert_eq!(events, [unanswered, attempt(2, "response", Some(200))]);
}

async fn retried<const N: usize>(answers: [Answer; N]) -> (Result<(), String>, Span) {
    let server = MockBedrock::start().await;
    for answer in answers {
        server.queue_answer(answer);
    }
    let config = server.client_config().retry_config(three_attempts());
    let outcome = call(Operation::InvokeModel, config, MonitorOptions::new()).await;
    assert_eq!(server.requests().len(), 3);
    outcome
}

fn three_attempts() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(1))
}

/// Whether it lasted as long as the caller's patience. Spans have the wall
/// clock's times, and a timer that clock's pace only nearly.
fn waited(span: &Span) -> bool {
    span.duration() + Duration::from_millis(10) >= SHORT
}

const SHORT: Duration = Duration::from_millis(100);
