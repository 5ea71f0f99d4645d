//! Every way in which a streamed call can end: its span ends once, at the right
//! time, and says how.

#![expect(
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a table of cases, and helpers of tests"
)]

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::monitor_bedrock;
use serde_json::json;
use tracing::Instrument as _;

use crate::support::mock_bedrock::frames::{Frame, converse_text, error_message, event, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

/// What the caller does with the call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reader {
    /// Reads until `None` or an error.
    ToTheEnd,
    /// Reads so many events, then drops the stream.
    Leaves(usize),
    /// Reads so many events, then keeps the stream for a while, then drops it.
    Lingers(usize),
    /// Hands the stream to another task, which reads it to its end.
    InAnotherTask,
    /// Drops the call's future before it is answered.
    DropsTheCall,
    /// Aborts the task that makes the call.
    AbortsTheTask,
}

/// What the span says in the end.
#[derive(Debug)]
struct Expected {
    error: Option<&'static str>,
    completed: Option<bool>,
    finish: Option<&'static str>,
    output_tokens: Option<i64>,
    text: Option<&'static str>,
}

const DONE: Expected = Expected {
    error: None,
    completed: Some(true),
    finish: Some("stop"),
    output_tokens: Some(3),
    text: Some("Refunds take days."),
};

const LEFT: Expected = Expected {
    completed: Some(false),
    finish: None,
    output_tokens: None,
    ..DONE
};

fn broken(error: &'static str, text: &'static str) -> Expected {
    Expected {
        error: Some(error),
        text: Some(text),
        ..LEFT
    }
}

fn unanswered(error: &'static str) -> Expected {
    Expected {
        error: Some(error),
        completed: None,
        text: None,
        ..LEFT
    }
}

#[tokio::test]
async fn every_ending_ends_the_span_once() {
    let deltas = ["Refunds", " take", " days."];
    let frames = || converse_text(&deltas);
    let upto = |count| frames().into_iter().take(count).collect::<Vec<Frame>>();
    let all = frames()
        .iter()
        .map(|frame| frame.bytes().len())
        .sum::<usize>();
    let first_four = upto(4)
        .iter()
        .map(|frame| frame.bytes().len())
        .sum::<usize>();

    let cases = [
        (
            "read to the end",
            Answer::events(frames()),
            Reader::ToTheEnd,
            DONE,
        ),
        (
            "read to the end, in small pieces",
            Answer::events(frames()).pieces(7),
            Reader::ToTheEnd,
            DONE,
        ),
        // The server never ends the body: the reader is content with the last event.
        (
            "last event, not the end of the body",
            Answer::events(frames()).hang_after(7),
            Reader::Lingers(7),
            DONE,
        ),
        (
            "dropped early",
            Answer::events(frames()).hang_after(4),
            Reader::Leaves(4),
            LEFT,
        ),
        (
            "dropped unread",
            Answer::events(frames()).hang_after(0),
            Reader::Leaves(0),
            Expected { text: None, ..LEFT },
        ),
        (
            "read in another task",
            Answer::events(frames()),
            Reader::InAnotherTask,
            DONE,
        ),
        (
            "connection cut",
            Answer::events(frames()).cut_after(first_four),
            Reader::ToTheEnd,
            broken("connection", "Refunds take days."),
        ),
        (
            "truncated frame",
            Answer::events(frames()).truncate(all - 20),
            Reader::ToTheEnd,
            Expected {
                // All but the metadata came whole.
                error: Some("response"),
                completed: Some(true),
                output_tokens: None,
                ..DONE
            },
        ),
        (
            "bad checksum",
            Answer::events(frames()).corrupt_frame(2),
            Reader::ToTheEnd,
            broken("response", "Refunds"),
        ),
        (
            "ends between two events",
            Answer::events(upto(3)),
            Reader::ToTheEnd,
            Expected {
                text: Some("Refunds take"),
                ..LEFT
            },
        ),
        (
            "error that is not modelled",
            Answer::events([upto(2), vec![error_message("InternalError", "odd")]].concat()),
            Reader::ToTheEnd,
            broken("InternalError", "Refunds"),
        ),
        (
            "call dropped before the answer",
            Answer::hang(),
            Reader::DropsTheCall,
            unanswered("cancelled"),
        ),
        (
            "task aborted before the answer",
            Answer::hang(),
            Reader::AbortsTheTask,
            unanswered("cancelled"),
        ),
        (
            "timeout of the operation",
            Answer::hang(),
            Reader::ToTheEnd,
            unanswered("timeout"),
        ),
        (
            "timeout of the attempt",
            Answer::hang(),
            Reader::ToTheEnd,
            unanswered("timeout"),
        ),
        (
            "no answer",
            Answer::error(429, "ThrottlingException", "too fast"),
            Reader::ToTheEnd,
            unanswered("ThrottlingException"),
        ),
    ];
    for (name, answer, reader, expected) in cases {
        let mut timeouts = TimeoutConfig::builder();
        match name {
            "timeout of the operation" => timeouts = timeouts.operation_timeout(SHORT),
            "timeout of the attempt" => timeouts = timeouts.operation_attempt_timeout(SHORT),
            _ => {}
        }
        let span = call(answer, reader, timeouts.build()).await;
        check(name, &span, &expected);
        if reader == (Reader::Lingers(7)) {
            assert!(
                span.duration() < LINGER,
                "{name}: the span ends with the last event"
            );
        }
    }
}

#[tokio::test]
async fn every_modelled_exception_gives_its_own_type() {
    for (wire, kind) in [
        ("internalServerException", "InternalServerException"),
        ("modelStreamErrorException", "ModelStreamErrorException"),
        ("serviceUnavailableException", "ServiceUnavailableException"),
        ("throttlingException", "ThrottlingException"),
        ("validationException", "ValidationException"),
    ] {
        for before in [0, 3] {
            let mut frames: Vec<_> = converse_text(&["Refunds", " take"])
                .into_iter()
                .take(before)
                .collect();
            frames.push(exception(wire, &json!({"message": "as told"})));
            let answer = Answer::events(frames).pieces(61);
            let span = call(answer, Reader::ToTheEnd, TimeoutConfig::disabled()).await;

            let text = (before > 0).then_some("Refunds take");
            check(
                wire,
                &span,
                &Expected {
                    error: Some(kind),
                    text,
                    ..LEFT
                },
            );
            assert_eq!(span.error().as_deref(), Some("as told"));
            let throttled = json!(true);
            assert_eq!(
                span.attribute("aws.bedrock.throttled") == throttled,
                kind == "ThrottlingException"
            );
            assert_eq!(
                span.events_named("exception"),
                [json!({"exception.type": kind, "exception.message": "as told"})]
            );
        }
    }
}

#[tokio::test]
async fn the_first_chunk_is_timed_from_the_request() {
    let pause = Duration::from_millis(120);
    let answer = Answer::events(converse_text(&["Refunds"])).pause_after(0, pause);
    let span = call(answer, Reader::ToTheEnd, TimeoutConfig::disabled()).await;

    let first = span
        .attribute("gen_ai.response.time_to_first_chunk")
        .as_f64()
        .unwrap();
    assert!(first >= pause.as_secs_f64(), "{first} s");
    assert!(first <= span.duration().as_secs_f64(), "{first} s");
}

#[tokio::test]
async fn a_span_outlives_its_parent_until_the_stream_ends() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(
        Answer::events(converse_text(&["Refunds"])).pause_after(1, Duration::from_millis(50)),
    );
    let client = client(&server, TimeoutConfig::disabled());
    let mut answer = send(&client)
        .instrument(tracing::info_span!("handler"))
        .await;
    assert!(spans.bedrock().is_empty(), "the stream is not read yet");
    while answer.stream.recv().await.unwrap().is_some() {}
    drop(answer);

    let all = spans.all();
    let handler = all.iter().find(|span| span.name() == "handler").unwrap();
    let call = spans.one();
    assert!(call.is_child_of(handler));
    assert!(call.0.end_time > handler.0.start_time + handler.duration());
}

#[tokio::test]
async fn events_that_are_not_to_be_read_are_not() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::events(converse_text(&["Refunds"])));
    let options = nr_bedrock_observability::MonitorOptions::new().streaming_events(false);
    let config = server.client_config();
    let client =
        Client::from_conf(nr_bedrock_observability::monitor_bedrock_with(config, options).build());
    let mut answer = send(&client).await;
    let mut events = 0;
    while answer.stream.recv().await.unwrap().is_some() {
        events += 1;
    }
    assert_eq!(events, 5);

    let span = spans.one();
    assert_eq!(span.attribute("aws.bedrock.stream.completed"), json!(true));
    for absent in [
        "gen_ai.output.messages",
        "gen_ai.usage.output_tokens",
        "aws.bedrock.stream.events",
    ] {
        assert!(!span.has(absent), "{absent}");
    }
    assert_eq!(span.attribute("http.response.status_code"), json!(200));
}

/// Makes one call as told, and gives the one span that it left.
async fn call(answer: Answer, reader: Reader, timeouts: TimeoutConfig) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let client = client(&server, timeouts);
    match reader {
        Reader::ToTheEnd => drop(read(&client, usize::MAX).await),
        Reader::Leaves(events) => drop(read(&client, events).await),
        Reader::Lingers(events) => {
            let answer = read(&client, events).await;
            tokio::time::sleep(LINGER).await;
            drop(answer);
        }
        Reader::InAnotherTask => {
            let mut answer = send(&client).await;
            let task =
                tokio::spawn(async move { while answer.stream.recv().await.unwrap().is_some() {} });
            task.await.unwrap();
        }
        Reader::DropsTheCall => {
            assert!(tokio::time::timeout(SHORT, send(&client)).await.is_err());
        }
        Reader::AbortsTheTask => {
            let task = tokio::spawn(async move { drop(send(&client).await) });
            tokio::time::sleep(SHORT).await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
    }
    spans.wait_for(1).await;
    spans.one()
}

fn client(server: &MockBedrock, timeouts: TimeoutConfig) -> Client {
    let config = server.client_config().timeout_config(timeouts);
    Client::from_conf(monitor_bedrock(config).build())
}

async fn send(client: &Client) -> ConverseStreamOutput {
    request(client).await.unwrap()
}

async fn request(client: &Client) -> Result<ConverseStreamOutput, Box<dyn std::error::Error>> {
    let user = Message::builder().role(ConversationRole::User);
    let message = user
        .content(ContentBlock::Text("How do refunds work?".into()))
        .build()?;
    Ok(client
        .converse_stream()
        .model_id(MODEL)
        .messages(message)
        .send()
        .await?)
}

/// Reads so many events, or until the end or an error.
async fn read(client: &Client, events: usize) -> Option<ConverseStreamOutput> {
    let mut answer = request(client).await.ok()?;
    for _ in 0..events {
        match answer.stream.recv().await {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    Some(answer)
}

fn check(name: &str, span: &Span, expected: &Expected) {
    let Expected {
        error,
        completed,
        finish,
        output_tokens,
        text,
    } = expected;
    assert_eq!(span.name(), format!("chat {MODEL}"), "{name}");
    assert!(span.is_client(), "{name}");
    assert_eq!(
        span.text("error.type"),
        error.unwrap_or_default(),
        "{name}: {span:#?}"
    );
    assert_eq!(span.error().is_some(), error.is_some(), "{name}: {span:#?}");
    assert_eq!(
        span.attribute("aws.bedrock.stream.completed"),
        json!(completed),
        "{name}"
    );
    // What a failure kept the model from saying, the conventions call so.
    let reasons = finish.or(error.map(|_| "error")).map(|reason| [reason]);
    assert_eq!(
        span.attribute("gen_ai.response.finish_reasons"),
        json!(reasons),
        "{name}"
    );
    assert_eq!(
        span.attribute("gen_ai.usage.output_tokens"),
        json!(output_tokens),
        "{name}"
    );
    let said = text.map(|text| {
        let parts = json!([{"type": "text", "content": text}]);
        match finish {
            Some(reason) => json!([{"role": "assistant", "parts": parts, "finish_reason": reason}]),
            None => json!([{"role": "assistant", "parts": parts}]),
        }
    });
    match said {
        Some(said) => assert_eq!(span.json("gen_ai.output.messages"), said, "{name}"),
        None => assert!(!span.has("gen_ai.output.messages"), "{name}"),
    }
    let exceptions = usize::from(error.is_some());
    assert_eq!(span.events_named("exception").len(), exceptions, "{name}");
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const SHORT: Duration = Duration::from_millis(100);
const LINGER: Duration = Duration::from_millis(400);

/// Keeps the helper's name honest: an event of another kind changes nothing.
#[tokio::test]
async fn an_event_of_an_unknown_kind_is_passed_over() {
    let mut frames = converse_text(&["Refunds", " take", " days."]);
    frames.insert(2, event("somethingNew", &json!({"a": 1})));
    let span = call(
        Answer::events(frames),
        Reader::ToTheEnd,
        TimeoutConfig::disabled(),
    )
    .await;
    check("unknown event", &span, &DONE);
}
