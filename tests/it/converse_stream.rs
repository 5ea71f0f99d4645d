//! What of a streamed Converse answer reaches its span.

#![expect(
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "tables of cases, and helpers of tests"
)]

mod blocks;
mod same;

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, converse_text, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

#[tokio::test]
async fn what_comes_with_the_metadata_is_on_the_span() {
    let nova = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
    let cases = [
        (json!({}), json!({})),
        (
            json!({"usage": {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}}),
            json!({"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0}),
        ),
        (
            json!({"usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 623,
                "cacheReadInputTokens": 400, "cacheWriteInputTokens": 200,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 150}, {"ttl": "5m", "inputTokens": 50}]}}),
            json!({"gen_ai.usage.input_tokens": 620, "gen_ai.usage.output_tokens": 3,
                "gen_ai.usage.cache_read.input_tokens": 400,
                "gen_ai.usage.cache_write.input_tokens": 200,
                "aws.bedrock.usage.cache_write_1h.input_tokens": 150,
                "aws.bedrock.usage.cache_write_5m.input_tokens": 50}),
        ),
        (
            json!({"metrics": {"latencyMs": 421}}),
            json!({"aws.bedrock.invocation_latency": 421}),
        ),
        (
            json!({"performanceConfig": {"latency": "optimized"}}),
            json!({"aws.bedrock.performance_config.latency": "optimized"}),
        ),
        (
            json!({"serviceTier": {"type": "flex"}}),
            json!({"aws.bedrock.service_tier": "flex"}),
        ),
        (
            json!({"trace": {"promptRouter": {"invokedModelId": nova}}}),
            json!({"gen_ai.response.model": nova}),
        ),
        (
            json!({"trace": {"guardrail": {"actionReason": "No action."}}}),
            json!({}),
        ),
    ];
    for (metadata, expected) in cases {
        let span = read(vec![
            event("messageStart", &json!({"role": "assistant"})),
            event("messageStop", &json!({"stopReason": "end_turn"})),
            event("metadata", &metadata),
        ])
        .await;
        let mut told = serde_json::to_value(span.attributes()).unwrap();
        told.as_object_mut().unwrap().retain(|key, _| {
            let service = [
                "invocation_latency",
                "performance_config",
                "service_tier",
                "usage",
            ];
            let of_service = |word: &&str| key.starts_with(&format!("aws.bedrock.{word}"));
            service.iter().any(of_service)
                || key.starts_with("gen_ai.usage.")
                || key == "gen_ai.response.model"
        });
        assert_eq!(told, expected, "{metadata}");
        assert_eq!(span.error(), None);
    }
}

#[tokio::test]
async fn the_end_of_the_message_tells_why_and_at_which_words() {
    for (stop, reason, raw, sequence, guardrail) in [
        (
            json!({"stopReason": "stop_sequence", "additionalModelResponseFields": {"stop_sequence": "END"}}),
            "stop",
            "stop_sequence",
            json!("END"),
            json!(null),
        ),
        (
            json!({"stopReason": "guardrail_intervened"}),
            "content_filter",
            "guardrail_intervened",
            json!(null),
            json!("INTERVENED"),
        ),
        (
            json!({"stopReason": "max_tokens", "additionalModelResponseFields": null}),
            "length",
            "max_tokens",
            json!(null),
            json!(null),
        ),
    ] {
        let mut frames = converse_text(&["Within days."]);
        frames[3] = event("messageStop", &stop);
        let span = read(frames).await;
        for (key, expected) in [
            ("gen_ai.response.finish_reasons", json!([reason])),
            ("aws.bedrock.stop_reason", json!(raw)),
            ("aws.bedrock.stop_sequence", sequence),
            ("aws.bedrock.guardrail.action", guardrail),
            ("aws.bedrock.stream.completed", json!(true)),
            ("gen_ai.request.stream", json!(true)),
        ] {
            assert_eq!(span.attribute(key), expected, "{key} of {stop}");
        }
    }
}

#[tokio::test]
async fn every_event_is_counted_however_the_bytes_are_cut() {
    let frames = converse_text(&["Re", "funds", " take", " days."]);
    for size in [1, 7, 100_000] {
        let answer = Answer::events(frames.clone()).pieces(size);
        let span = read_with(MonitorOptions::new(), answer).await;
        assert_eq!(
            span.attribute("aws.bedrock.stream.events"),
            json!(frames.len()),
            "in pieces of {size}"
        );
        assert_eq!(
            said(&span),
            json!([{"type": "text", "content": "Refunds take days."}])
        );
    }
}

#[tokio::test]
async fn the_time_to_the_first_chunk_begins_with_the_request() {
    let pause = Duration::from_millis(50);
    let frames = || Answer::events(converse_text(&["Within", " days."]));
    // The second pause makes the span longer, and not the first chunk later.
    let answer = frames().pause_after(0, pause).pause_after(2, 10 * pause);
    let span = read_with(MonitorOptions::new(), answer).await;
    let first = span.attribute("gen_ai.response.time_to_first_chunk");
    let first = Duration::from_secs_f64(first.as_f64().unwrap());
    assert!(first >= pause, "{first:?}");
    assert!(
        first + 5 * pause <= span.duration(),
        "{first:?} of {:?}",
        span.duration()
    );

    let span = read(converse_text(&["Within", " days."])).await;
    let first = span.attribute("gen_ai.response.time_to_first_chunk");
    let first = Duration::from_secs_f64(first.as_f64().unwrap());
    assert!(
        first > Duration::ZERO && first <= span.duration(),
        "{first:?}"
    );
}

#[tokio::test]
async fn a_stream_whose_events_are_not_read_has_no_time_to_its_first() {
    let options = MonitorOptions::new().streaming_events(false);
    let answer = Answer::events(converse_text(&["Within", " days."]));
    let span = read_with(options, answer).await;
    for absent in [
        "gen_ai.response.time_to_first_chunk",
        "gen_ai.response.finish_reasons",
        "gen_ai.usage.input_tokens",
        "aws.bedrock.stop_reason",
        "aws.bedrock.stream.events",
    ] {
        assert!(!span.has(absent), "{absent}");
    }
    assert!(
        span.has("gen_ai.input.messages"),
        "the request is not an event"
    );
    assert_eq!(span.events_named("gen_ai.choice"), [] as [Value; 0]);
}

#[tokio::test]
async fn two_streams_that_one_task_reads_in_turn_stay_apart() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    let client = Client::from_conf(monitor_bedrock(server.client_config()).build());
    let mut streams = Vec::new();
    for deltas in [["a1", "a2", "a3"], ["b1", "b2", "b3"]] {
        server.set_answer(Answer::events(converse_text(&deltas)));
        streams.push(ask(&client).await);
    }
    while !streams.is_empty() {
        let mut open = Vec::new();
        for mut output in streams {
            if output.stream.recv().await.unwrap().is_some() {
                open.push(output);
            }
        }
        streams = open;
    }
    let spans = spans.bedrock();
    let texts: Vec<_> = spans.iter().map(said).collect();
    assert_eq!(
        texts,
        [
            json!([{"type": "text", "content": "a1a2a3"}]),
            json!([{"type": "text", "content": "b1b2b3"}]),
        ]
    );
    for span in spans {
        assert_eq!(span.attribute("aws.bedrock.stream.events"), json!(7));
        assert_eq!(span.attribute("gen_ai.usage.output_tokens"), json!(3));
    }
}

/// Reads a stream of these frames to its end, and gives the span that it left.
async fn read(frames: Vec<Frame>) -> Span {
    read_with(MonitorOptions::new(), Answer::events(frames)).await
}

async fn read_with(options: MonitorOptions, answer: Answer) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let config = monitor_bedrock_with(server.client_config(), options);
    let mut output = ask(&Client::from_conf(config.build())).await;
    while output.stream.recv().await.unwrap().is_some() {}
    spans.one()
}

async fn ask(client: &Client) -> ConverseStreamOutput {
    let question = typed::user(json!([{"text": "When do refunds arrive?"}])).await;
    let call = client.converse_stream().model_id(MODEL).messages(question);
    call.send().await.unwrap()
}

/// The parts of the one answer.
fn said(span: &Span) -> Value {
    span.json("gen_ai.output.messages")[0]["parts"].clone()
}

/// A whole answer of these block events, each without its frame.
fn answer(blocks: &[(&str, Value)], stop: &str) -> Vec<Frame> {
    let mut frames = vec![event("messageStart", &json!({"role": "assistant"}))];
    frames.extend(blocks.iter().map(|(name, payload)| event(name, payload)));
    frames.push(event("messageStop", &json!({"stopReason": stop})));
    let usage = json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 23});
    frames.push(event("metadata", &json!({"usage": usage})));
    frames
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
