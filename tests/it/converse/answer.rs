//! The answer's side: why it ended, what it used, how the service dealt with it.

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::types::StopReason;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock};
use serde_json::json;

use super::{MODEL, beginning, converse, converse_with, reply};
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::spans::Spans;

#[tokio::test]
async fn every_stop_reason_has_its_word_of_the_conventions() {
    let cases = [
        ("content_filtered", "content_filter"),
        ("end_turn", "stop"),
        ("guardrail_intervened", "content_filter"),
        ("malformed_model_output", "malformed_model_output"),
        ("malformed_tool_use", "malformed_tool_use"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("stop_sequence", "stop"),
        ("tool_use", "tool_call"),
    ];
    // One that the SDK learns is one that this table must learn.
    assert_eq!(cases.map(|(raw, _)| raw), StopReason::values());
    // And one that neither knows yet passes as it is.
    for (raw, word) in cases.into_iter().chain([("Out_of_Ink", "out_of_ink")]) {
        let mut answer = reply();
        answer["stopReason"] = json!(raw);
        let span = converse(Answer::json(200, &answer), |call| call).await;
        assert_eq!(
            span.attribute("gen_ai.response.finish_reasons"),
            json!([word])
        );
        assert_eq!(span.attribute("aws.bedrock.stop_reason"), json!(raw));
        let output = span.json("gen_ai.output.messages");
        assert_eq!(output[0]["finish_reason"], json!(word));
        assert_eq!(
            span.events_named("gen_ai.choice")[0]["finish_reason"],
            json!(word)
        );
        let action = (raw == "guardrail_intervened").then_some("INTERVENED");
        assert_eq!(
            span.attribute("aws.bedrock.guardrail.action"),
            json!(action),
            "{raw}"
        );
        assert_eq!(span.error(), None, "{raw}");
    }
}

/// Bedrock counts tokens of the cache apart from `inputTokens`; the conventions
/// want them in the sum.
#[tokio::test]
async fn tokens_are_counted_as_the_conventions_ask() {
    let cases = [
        (
            json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 23}),
            json!({"gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 3}),
        ),
        (
            json!({"inputTokens": 0, "outputTokens": 0, "totalTokens": 0,
                "cacheReadInputTokens": 0, "cacheWriteInputTokens": 0, "cacheDetails": []}),
            json!({"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0,
                "gen_ai.usage.cache_read.input_tokens": 0,
                "gen_ai.usage.cache_write.input_tokens": 0}),
        ),
        (
            json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 423, "cacheReadInputTokens": 400}),
            json!({"gen_ai.usage.input_tokens": 420, "gen_ai.usage.output_tokens": 3,
                "gen_ai.usage.cache_read.input_tokens": 400}),
        ),
        (
            json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 223,
                "cacheWriteInputTokens": 200, "cacheDetails": [{"ttl": "5m", "inputTokens": 200}]}),
            json!({"gen_ai.usage.input_tokens": 220, "gen_ai.usage.output_tokens": 3,
                "gen_ai.usage.cache_write.input_tokens": 200,
                "aws.bedrock.usage.cache_write_5m.input_tokens": 200}),
        ),
        (
            json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 623,
                "cacheReadInputTokens": 400, "cacheWriteInputTokens": 200,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 150}, {"ttl": "5m", "inputTokens": 50}]}),
            json!({"gen_ai.usage.input_tokens": 620, "gen_ai.usage.output_tokens": 3,
                "gen_ai.usage.cache_read.input_tokens": 400,
                "gen_ai.usage.cache_write.input_tokens": 200,
                "aws.bedrock.usage.cache_write_1h.input_tokens": 150,
                "aws.bedrock.usage.cache_write_5m.input_tokens": 50}),
        ),
    ];
    for (usage, expected) in cases {
        let mut answer = reply();
        answer["usage"] = usage.clone();
        let answer = Answer::json(200, &answer);
        let span = converse(answer.clone(), |call| call).await;
        assert_eq!(beginning(&span, &USAGE), expected, "{usage}");

        let untold = MonitorOptions::new().track_token_usage(false);
        let span = converse_with(untold, answer, |call| call).await;
        assert_eq!(beginning(&span, &USAGE), json!({}), "{usage}");
        assert_eq!(
            span.attribute("gen_ai.response.finish_reasons"),
            json!(["stop"])
        );
    }
}

#[tokio::test]
async fn what_the_service_says_of_its_own_doing_is_on_the_span() {
    let nova = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
    let cases = [
        (
            json!({"trace": {"promptRouter": {"invokedModelId": nova}}}),
            json!({"gen_ai.response.model": nova}),
        ),
        (
            json!({"trace": {"guardrail": {"actionReason": "No action."}}}),
            json!({}),
        ),
        (
            json!({"additionalModelResponseFields": {"stop_sequence": "END"}}),
            json!({"aws.bedrock.stop_sequence": "END"}),
        ),
        (
            json!({"additionalModelResponseFields": {"stopSequence": "END"}}),
            json!({"aws.bedrock.stop_sequence": "END"}),
        ),
        (
            json!({"additionalModelResponseFields": {"stop_sequence": null}}),
            json!({}),
        ),
        (
            json!({"performanceConfig": {"latency": "optimized"}}),
            json!({"aws.bedrock.performance_config.latency": "optimized"}),
        ),
        (
            json!({"serviceTier": {"type": "flex"}}),
            json!({"aws.bedrock.service_tier": "flex"}),
        ),
    ];
    for (more, expected) in cases {
        let mut answer = json!({"stopReason": "end_turn", "metrics": {"latencyMs": 421}});
        answer
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let span = converse(Answer::json(200, &answer), |call| call).await;
        let mut told = beginning(&span, &["aws.bedrock.", "gen_ai.response."]);
        for known in ALWAYS {
            assert!(
                told.as_object_mut().unwrap().remove(known).is_some(),
                "{known}"
            );
        }
        assert_eq!(told, expected, "{more}");
    }
}

#[tokio::test]
async fn the_span_says_where_the_call_went_and_how_often() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(
        Answer::error(503, "ServiceUnavailableException", "busy")
            .header("x-amzn-requestid", "first"),
    );
    server.queue_answer(Answer::json(200, &reply()));
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(1));
    let config = monitor_bedrock(server.client_config().retry_config(retries));
    let call = Client::from_conf(config.build()).converse().model_id(MODEL);
    call.send().await.unwrap();

    let span = spans.one();
    let found = ["aws.request", "cloud.", "error.", "http.", "server."];
    assert_eq!(
        beginning(&span, &found),
        json!({
            "aws.request.attempts": 2,
            "aws.request_id": REQUEST_ID,
            "cloud.region": "us-east-1",
            "http.response.status_code": 200,
            "server.address": "127.0.0.1",
            "server.port": server.addr().port(),
        })
    );
    assert_eq!(span.error(), None, "the call succeeded in the end");
    assert_eq!(
        span.events_named("aws.request.attempt.failed"),
        [json!({
            "aws.request.attempt": 1,
            "aws.request_id": "first",
            "error.type": "ServiceUnavailableException",
            "http.response.status_code": 503,
        })]
    );
}

#[tokio::test]
async fn a_clients_own_attributes_are_on_the_span_in_their_types() {
    let options = MonitorOptions::new()
        .attribute("tenant.id", "first")
        .attribute("tenant.id", "acme")
        .attribute("tenant.seats", 25_i64)
        .attribute("tenant.trial", true)
        .attribute("tenant.share", 0.5);
    let span = converse_with(options, Answer::json(200, &reply()), |call| call).await;
    assert_eq!(
        beginning(&span, &["tenant."]),
        json!({"tenant.id": "acme", "tenant.seats": 25, "tenant.share": 0.5, "tenant.trial": true})
    );
}

/// A name that is the crate's own stays what the crate says: two values of one
/// name are none that a backend could read.
#[tokio::test]
async fn a_clients_own_attributes_do_not_double_those_of_the_call() {
    let options = MonitorOptions::new()
        .attribute("aws.request_id", "mine")
        .attribute("gen_ai.request.model", "mine")
        .attribute("gen_ai.usage.input_tokens", 1_i64)
        .attribute("gen_ai.input.messages", "mine");
    let span = converse_with(options, Answer::json(200, &reply()), |call| call).await;
    assert_eq!(span.attribute("aws.request_id"), json!(REQUEST_ID));
    assert_eq!(span.attribute("gen_ai.request.model"), json!(MODEL));
    assert_eq!(span.attribute("gen_ai.usage.input_tokens"), json!(20));
    assert_eq!(span.attribute("gen_ai.input.messages"), json!("mine"));
}

const USAGE: [&str; 2] = ["gen_ai.usage.", "aws.bedrock.usage."];

const ALWAYS: [&str; 6] = [
    "aws.bedrock.inference_profile",
    "aws.bedrock.invocation_latency",
    "aws.bedrock.model.name",
    "aws.bedrock.model.vendor",
    "aws.bedrock.stop_reason",
    "gen_ai.response.finish_reasons",
];
