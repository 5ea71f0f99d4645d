//! What of a stream is read, and when its span ends.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// A reader that stops with the final event has the whole response, whether or not its
/// events are read for telemetry.
#[tokio::test]
async fn reader_that_stops_at_the_final_event_has_completed_the_response() {
    // messageStart, two deltas, contentBlockStop, messageStop, metadata
    for (reads, stop, completed) in [
        (true, 5, true),
        (false, 5, true),
        (false, 6, true),
        (true, 2, false),
        (false, 2, false),
    ] {
        let server = MockBedrock::start().await;
        server.set_answer(Answer::events(converse_text(&["Within ", "days."])));
        let spans = Spans::collect();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let options = MonitorOptions::new()
            .streaming_events(reads)
            .feedback_with(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                None
            });
        let config = monitor_bedrock_with(server.client_config(), options);
        let client = Client::from_conf(config.build());
        let call = client.converse_stream().model_id(MODEL);
        let mut stream = call.send().await.unwrap().stream;
        for _ in 0..stop {
            assert!(stream.recv().await.unwrap().is_some());
        }
        drop(stream);
        spans.wait_for(1).await;
        let told = spans.one().attribute("aws.bedrock.stream.completed");
        assert_eq!(told, json!(completed), "{reads} {stop}");
        // Feedback is asked for on completed responses alone.
        let expected = usize::from(completed);
        assert_eq!(asked.load(Ordering::Relaxed), expected, "{reads} {stop}");
    }
}

/// Payloads of InvokeModel end in ways of their own.
#[tokio::test]
async fn final_chunk_of_a_payload_completes_an_unread_response() {
    let delta = json!({
        "type": "content_block_delta", "index": 0,
        "delta": {"type": "text_delta", "text": "stop"},
    });
    let metrics = json!({"outputTokenCount": 1});
    for (last, completed) in [
        (json!({"type": "message_stop"}), true),
        (
            json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}),
            true,
        ),
        (
            json!({"outputText": "x", "index": 0, "completionReason": "FINISH"}),
            true,
        ),
        (json!({"generation": "x", "stop_reason": "stop"}), true),
        (json!({"generation": "x", "stop_reason": null}), false),
        (
            json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
            true,
        ),
        (delta.clone(), false),
    ] {
        let server = MockBedrock::start().await;
        // The reader drops the stream before the rest.
        let frames = vec![chunk(&delta), chunk(&last), chunk(&json!({}))];
        server.set_answer(Answer::events(frames).hang_after(2));
        let spans = Spans::collect();
        let options = MonitorOptions::new().streaming_events(false);
        let config = monitor_bedrock_with(server.client_config(), options);
        let client = Client::from_conf(config.build());
        let call = client
            .invoke_model_with_response_stream()
            .model_id("imported-model");
        let mut body = call.body(Blob::new("{}")).send().await.unwrap().body;
        for _ in 0..2 {
            assert!(body.recv().await.unwrap().is_some());
        }
        drop(body);
        spans.wait_for(1).await;
        let span = spans.one();
        let told = span.attribute("aws.bedrock.stream.completed");
        assert_eq!(told, json!(completed), "{last}");
        assert!(!span.has("gen_ai.output.messages") && !span.has("gen_ai.usage.output_tokens"));
    }
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
