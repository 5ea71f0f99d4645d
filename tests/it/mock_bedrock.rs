//! The answers and faults of the mock Bedrock, through the real SDK.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::error::Error;
use std::time::{Duration, Instant};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::operation::RequestId;
use aws_sdk_bedrockruntime::operation::converse::{ConverseError, ConverseOutput};
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, Message, ResponseStream,
};
use serde_json::json;

use crate::support::mock_bedrock::frames::{
    Frame, chunk, converse_text, error_message, event, exception,
};
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};

#[tokio::test]
async fn answers_are_sent_in_order_and_requests_are_logged() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, &reply("Hello")));
    server.queue_answer(Answer::json(200, &reply("again")).header("x-amzn-requestid", "another"));
    let client = client(&server);

    let first = converse(&client).await.unwrap();
    assert_eq!(text(&first), "Hello");
    assert_eq!(first.request_id(), Some(REQUEST_ID));
    // The last answer repeats.
    for _ in 0..2 {
        let next = converse(&client).await.unwrap();
        assert_eq!(text(&next), "again");
        assert_eq!(next.request_id(), Some("another"));
    }

    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].method, "POST");
    assert_eq!(requests[0].path, "/model/amazon.nova-lite-v1%3A0/converse");
    let host = server.addr().to_string();
    assert_eq!(requests[0].header("Host"), Some(host.as_str()));
    assert_eq!(requests[0].header("Content-Type"), Some("application/json"));
    assert_eq!(requests[0].json()["messages"][0]["role"], "user");
}

#[tokio::test]
async fn events_are_complete_in_pieces_of_61_bytes() {
    let answer = Answer::events(converse_text(&["Hel", "lo, ", "wörld"])).pieces(61);
    let (events, error) = read_stream(answer).await;

    assert_eq!(error, None);
    assert_eq!(join_texts(&events), "Hello, wörld");
    assert!(matches!(events[0], ConverseStreamOutput::MessageStart(_)));
    let Some(ConverseStreamOutput::Metadata(metadata)) = events.last() else {
        panic!("the last event is the metadata: {events:?}");
    };
    assert_eq!(metadata.usage().unwrap().total_tokens(), 12);
    assert_eq!(events.len(), 7);
}

#[tokio::test]
async fn a_pause_delays_the_next_event() {
    let pause = Duration::from_millis(400);
    let frames = converse_text(&["a", "b"]);
    for answer in [
        Answer::events(frames.clone()).pause_after(2, pause),
        Answer::events(frames.clone())
            .pause_after(2, pause)
            .pieces(10),
    ] {
        let server = MockBedrock::start().await;
        server.queue_answer(answer);
        let client = client(&server);
        let start = Instant::now();
        let mut stream = converse_stream(&client).await.unwrap().stream;
        stream.recv().await.unwrap();
        stream.recv().await.unwrap();
        let second = start.elapsed();
        stream.recv().await.unwrap();
        let third = start.elapsed();
        assert!(third >= pause, "{third:?}");
        assert!(second + pause / 2 <= third, "{second:?}, {third:?}");
    }
}

#[tokio::test]
async fn chunks_hold_the_models_json() {
    let server = MockBedrock::start().await;
    let payload = json!({"type": "content_block_delta", "delta": {"text": "Hi"}});
    server.queue_answer(Answer::events(vec![chunk(&payload)]));
    let mut body = client(&server)
        .invoke_model_with_response_stream()
        .model_id("anthropic.claude-3-haiku-20240307-v1:0")
        .body(Blob::new("{}"))
        .send()
        .await
        .unwrap()
        .body;

    let Some(ResponseStream::Chunk(part)) = body.recv().await.unwrap() else {
        panic!("a chunk is expected");
    };
    assert_eq!(
        part.bytes().unwrap().as_ref(),
        payload.to_string().as_bytes()
    );
    assert!(body.recv().await.unwrap().is_none());
}

#[tokio::test]
async fn errors_have_a_code_and_a_message() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::error(429, "ThrottlingException", "slow down"));
    let error = converse(&client(&server)).await.unwrap_err();

    assert_eq!(error.raw_response().unwrap().status().as_u16(), 429);
    assert_eq!(error.request_id(), Some(REQUEST_ID));
    let error = error.into_service_error();
    assert!(error.is_throttling_exception());
    assert_eq!(error.code(), Some("ThrottlingException"));
    assert_eq!(error.message(), Some("slow down"));
}

#[tokio::test]
async fn a_server_without_answers_reports_an_error() {
    let server = MockBedrock::start().await;
    let error = converse(&client(&server)).await.unwrap_err();
    assert_eq!(error.message(), Some("the test queued no answer"));
}

#[tokio::test]
async fn streams_carry_exceptions_and_errors() {
    let throttled = exception("throttlingException", &json!({"message": "slow down"}));
    let (events, error) = read_stream(Answer::events(hello_with_last(throttled))).await;
    assert_eq!(join_texts(&events), "Hello");
    let error = error.unwrap();
    assert!(error.contains("ThrottlingException: slow down"), "{error}");

    // The SDK does not know this message type, but servers may send it.
    let failed = error_message("InternalFailure", "something broke");
    let (events, error) = read_stream(Answer::events(hello_with_last(failed))).await;
    assert_eq!(join_texts(&events), "Hello");
    let error = error.unwrap();
    assert!(
        error.contains("unrecognized `:message-type`: error"),
        "{error}"
    );

    let unknown = event("somethingNew", &json!({}));
    let (events, error) = read_stream(Answer::events(hello_with_last(unknown))).await;
    assert_eq!(error, None);
    assert!(events.last().unwrap().is_unknown());
}

#[tokio::test]
async fn a_cut_connection_is_an_error() {
    let (events, error) = read_stream(Answer::events(hello()).cut_after(deltas_size())).await;
    assert_eq!(join_texts(&events), "Hello");
    let error = error.unwrap();
    assert!(
        error.contains("error reading a body from connection"),
        "{error}"
    );

    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, &reply("Hello")).cut_after(10));
    let error = converse(&client(&server)).await.unwrap_err();
    assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}");
}

#[tokio::test]
async fn a_truncated_frame_is_an_unexpected_end() {
    let (events, error) = read_stream(Answer::events(hello()).truncate(deltas_size() + 20)).await;
    assert_eq!(join_texts(&events), "Hello");
    let error = error.unwrap();
    assert!(error.contains("unexpected end of stream"), "{error}");

    // Between two frames, the SDK cannot detect a missing end.
    let (events, error) = read_stream(Answer::events(hello()).truncate(deltas_size())).await;
    assert_eq!(join_texts(&events), "Hello");
    assert_eq!(error, None);
}

#[tokio::test]
async fn a_bad_checksum_is_an_error() {
    let (events, error) = read_stream(Answer::events(hello()).corrupt_frame(2)).await;
    assert_eq!(join_texts(&events), "Hel");
    let error = error.unwrap();
    assert!(error.contains("checksum"), "{error}");
}

#[tokio::test]
async fn hangs_last_until_the_timeout() {
    let timeout = Duration::from_millis(500);
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::hang());
    server.queue_answer(Answer::events(hello()).hang_after(3));
    let timeouts = TimeoutConfig::builder().operation_timeout(timeout).build();
    let config = server.client_config().timeout_config(timeouts).build();
    let client = Client::from_conf(config);

    let error = converse(&client).await.unwrap_err();
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");

    let mut stream = converse_stream(&client).await.unwrap().stream;
    for _ in 0..3 {
        stream.recv().await.unwrap().unwrap();
    }
    let fourth = tokio::time::timeout(timeout, stream.recv()).await;
    assert!(fourth.is_err(), "{fourth:?}");
}

/// The events of a stream, and its error as one line.
async fn read_stream(answer: Answer) -> (Vec<ConverseStreamOutput>, Option<String>) {
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let mut stream = converse_stream(&client(&server)).await.unwrap().stream;
    let mut events = Vec::new();
    loop {
        match stream.recv().await {
            Ok(Some(event)) => events.push(event),
            Ok(None) => return (events, None),
            Err(error) => return (events, Some(DisplayErrorContext(error).to_string())),
        }
    }
}

fn client(server: &MockBedrock) -> Client {
    Client::from_conf(server.client_config().build())
}

async fn converse(client: &Client) -> Result<ConverseOutput, SdkError<ConverseError>> {
    let call = client.converse().model_id(MODEL).messages(question());
    call.send().await
}

async fn converse_stream(
    client: &Client,
) -> Result<aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput, Box<dyn Error>>
{
    let call = client.converse_stream().model_id(MODEL);
    Ok(call.messages(question()).send().await?)
}

fn question() -> Message {
    Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text("Anyone there?".to_owned()))
        .build()
        .unwrap()
}

fn reply(text: &str) -> serde_json::Value {
    json!({
        "metrics": {"latencyMs": 120},
        "output": {"message": {"content": [{"text": text}], "role": "assistant"}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 3, "outputTokens": 1, "totalTokens": 4},
    })
}

fn text(output: &ConverseOutput) -> &str {
    let message = output.output().unwrap().as_message().unwrap();
    message.content().first().unwrap().as_text().unwrap()
}

/// The text of all deltas.
fn join_texts(events: &[ConverseStreamOutput]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        ConverseStreamOutput::ContentBlockDelta(event) => event.delta(),
        _ => None,
    });
    texts
        .filter_map(|delta| delta.as_text().ok())
        .map(String::as_str)
        .collect()
}

fn hello() -> Vec<Frame> {
    converse_text(&["Hel", "lo"])
}

/// `hello` up to its last delta, then this frame.
fn hello_with_last(frame: Frame) -> Vec<Frame> {
    let mut frames = hello();
    frames.truncate(3);
    frames.push(frame);
    frames
}

/// The size of `hello` up to its last delta, in bytes.
fn deltas_size() -> usize {
    hello()
        .iter()
        .take(3)
        .map(|frame| frame.bytes().len())
        .sum()
}

const MODEL: &str = "amazon.nova-lite-v1:0";
