//! What of a stream is read, and when its span ends.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::json;

use crate::support::mock_bedrock::frames::{Frame, chunk, converse_text, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

#[tokio::test]
async fn an_exception_is_an_error_where_events_are_not_read_too() {
    let mut frames = converse_text(&["Within ", "days."]);
    frames.truncate(2);
    frames.push(exception(
        "throttlingException",
        &json!({"message": "slow down"}),
    ));
    let options = MonitorOptions::new().streaming_events(false);
    let span = converse(frames, options, Duration::ZERO).await;
    assert_eq!(span.text("error.type"), "ThrottlingException");
    assert_eq!(span.error().as_deref(), Some("slow down"));
    assert!(!span.has("gen_ai.output.messages") && !span.has("aws.bedrock.stream.events"));
}

/// However long the reader takes to ask for more.
#[tokio::test]
async fn a_stream_ends_with_its_last_event() {
    let frames = converse_text(&["Within ", "days."]);
    let pause = Duration::from_millis(300);
    let span = converse(frames, MonitorOptions::new(), pause).await;
    assert!(span.duration() < pause, "{:?}", span.duration());
    assert_eq!(span.text("aws.bedrock.stop_reason"), "end_turn");
}

/// More than a decoder keeps: it is counted, and the rest is read.
#[tokio::test]
async fn an_event_that_is_too_large_is_counted_and_no_end() {
    let server = MockBedrock::start().await;
    let large = chunk(&json!({
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "x".repeat(1_200_000)},
    }));
    let last = chunk(&json!({
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": 7},
    }));
    let stop = chunk(&json!({"type": "message_stop"}));
    server.set_answer(Answer::events(vec![large, last, stop]));
    let spans = Spans::collect();
    let client = Client::from_conf(server.client_config().build());
    let client = monitor_bedrock_with(client, MonitorOptions::new());
    let call = client.invoke_model_with_response_stream().model_id(MODEL);
    let mut output = call.body(Blob::new("{}")).send().await.unwrap();
    let mut events = 0;
    while output.body.recv().await.unwrap().is_some() {
        events += 1;
    }
    let span = spans.one();
    assert_eq!(events, 3);
    assert_eq!(span.attribute("aws.bedrock.stream.events"), json!(3));
    assert_eq!(span.attribute("aws.bedrock.stream.completed"), json!(true));
    assert_eq!(span.attribute("gen_ai.usage.output_tokens"), json!(7));
    assert!(span.has("gen_ai.response.time_to_first_chunk"));
    assert_eq!(span.error(), None);
}

/// Reads a stream; waits before it asks for the end.
async fn converse(frames: Vec<Frame>, options: MonitorOptions, pause: Duration) -> Span {
    let server = MockBedrock::start().await;
    let count = frames.len();
    server.set_answer(Answer::events(frames));
    let spans = Spans::collect();
    let client = Client::from_conf(server.client_config().build());
    let client = monitor_bedrock_with(client, options);
    let call = client.converse_stream().model_id(MODEL);
    let mut output = call.send().await.unwrap();
    for _ in 0..count {
        if output.stream.recv().await.is_err() {
            return spans.one();
        }
    }
    tokio::time::sleep(pause).await;
    assert!(output.stream.recv().await.unwrap().is_none());
    spans.one()
}
