//! What is counted: errors, throttles, retries, interventions of guardrails.

use aws_sdk_bedrockruntime::types::{
    GuardrailConfiguration, GuardrailContentBlock, GuardrailContentSource, GuardrailTextBlock,
};

use super::*;
use crate::support::mock_bedrock::frames::{event, exception};

const INTERVENTIONS: &str = "aws.bedrock.guardrail.interventions";
const RETRIES: &str = "aws.bedrock.retries";
const THROTTLED: &str = "ThrottlingException";
const THROTTLES: &str = "aws.bedrock.throttles";

#[tokio::test]
async fn errors_throttles_and_retries_are_counted() {
    let measured = Measured::start(MonitorOptions::new()).await;
    measured
        .server
        .queue_answer(Answer::error(429, THROTTLED, "slower"));
    measured.server.queue_answer(reply());
    let call = measured.client.converse().model_id(MODEL);
    call.messages(question()).send().await.unwrap();
    let metrics = measured.all();
    let plain = of("chat", MODEL, &json!({}));
    let throttled = of("chat", MODEL, &json!({"error.type": THROTTLED}));
    for (name, attributes) in [(THROTTLES, throttled), (RETRIES, plain.clone())] {
        let metric = named(&metrics, name);
        assert_eq!(metric.unit, "{attempt}");
        assert_eq!(metric.points.len(), 1, "{name}");
        assert_eq!(metric.points[0].attributes, attributes);
        assert_eq!(metric.points[0].sum, 1.0, "{name}");
    }
    // It succeeded in the end.
    assert_eq!(named(&metrics, DURATION).points[0].attributes, plain);

    let measured = Measured::start(MonitorOptions::new()).await;
    measured
        .converse(Answer::error(400, "ValidationException", "no such thing"))
        .await;
    let metrics = measured.all();
    assert_eq!(measured.names(), [DURATION], "no tokens of a failure");
    let failed = of("chat", MODEL, &json!({"error.type": "ValidationException"}));
    assert_eq!(metrics[0].points[0].attributes, failed);
}

#[tokio::test]
async fn interventions_of_guardrails_are_counted() {
    let measured = Measured::start(MonitorOptions::new()).await;
    for reason in ["guardrail_intervened", "end_turn"] {
        let answer = json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "No."}]}},
            "stopReason": reason,
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
            "metrics": {"latencyMs": 7},
        });
        measured.server.set_answer(Answer::json(200, &answer));
        let guardrail = GuardrailConfiguration::builder()
            .guardrail_identifier("gr-1")
            .guardrail_version("2");
        let call = measured.client.converse().model_id(MODEL);
        let call = call.guardrail_config(guardrail.build());
        call.messages(question()).send().await.unwrap();
    }
    let metrics = measured.all();
    let metric = named(&metrics, "aws.bedrock.guardrail.interventions");
    assert_eq!(metric.points.len(), 1);
    assert_eq!(metric.points[0].sum, 1.0);
    let attributes = json!({"aws.bedrock.guardrail.id": "gr-1"});
    assert_eq!(metric.points[0].attributes, of("chat", MODEL, &attributes));
}

/// The last attempt counts like those before it.
#[tokio::test]
async fn every_throttled_attempt_of_a_lost_call_is_counted_by_its_error() {
    let measured = Measured::start(MonitorOptions::new()).await;
    for code in [THROTTLED, "TooManyRequestsException", THROTTLED] {
        measured
            .server
            .queue_answer(Answer::error(429, code, "slower"));
    }
    let call = measured.client.converse().model_id(MODEL);
    call.messages(question()).send().await.unwrap_err();
    let metrics = measured.all();
    assert_eq!(measured.names(), [RETRIES, THROTTLES, DURATION]);
    let mut counted: Vec<_> = named(&metrics, THROTTLES)
        .points
        .iter()
        .map(|point| (point.attributes["error.type"].clone(), point.sum))
        .collect();
    counted.sort_by_key(|(kind, _)| kind.to_string());
    let expected = [
        (json!(THROTTLED), 2.0),
        (json!("TooManyRequestsException"), 1.0),
    ];
    assert_eq!(counted, expected);
    assert_eq!(named(&metrics, RETRIES).points[0].sum, 2.0);
}

/// A stream may be cut off by a rate limit that no attempt failed with.
#[tokio::test]
async fn a_throttle_inside_a_stream_counts_beside_one_before_it() {
    let measured = Measured::start(MonitorOptions::new()).await;
    let limit = Answer::error(429, THROTTLED, "slower");
    measured.server.queue_answer(limit);
    let frames = vec![
        event("messageStart", &json!({"role": "assistant"})),
        exception("throttlingException", &json!({"message": "slower"})),
    ];
    measured.stream(Answer::events(frames)).await;
    let metrics = measured.all();
    let failed = of("chat", MODEL, &json!({"error.type": THROTTLED}));
    let [throttles] = named(&metrics, THROTTLES).points.as_slice() else {
        panic!("{metrics:#?}");
    };
    assert_eq!((throttles.sum, &throttles.attributes), (2.0, &failed));
    assert_eq!(named(&metrics, DURATION).points[0].attributes, failed);
    // The time to the first chunk is what it is, however the stream ended.
    let first = &named(&metrics, FIRST).points[0];
    assert_eq!(first.attributes, of("chat", MODEL, &json!({})));
}

/// Its word for an intervention is another than that of all other answers.
#[tokio::test]
async fn interventions_of_a_guardrail_that_was_asked_alone_are_counted() {
    let measured = Measured::start(MonitorOptions::new()).await;
    for action in ["GUARDRAIL_INTERVENED", "NONE"] {
        let answer = json!({"action": action, "outputs": [], "assessments": [], "usage": {}});
        measured.server.set_answer(Answer::json(200, &answer));
        let text = GuardrailTextBlock::builder().text("Why?").build().unwrap();
        let call = measured.client.apply_guardrail();
        let call = call.guardrail_identifier("gr-1").guardrail_version("2");
        let call = call.source(GuardrailContentSource::Input);
        let call = call.content(GuardrailContentBlock::Text(text));
        // What the SDK makes of an answer without sums is not asked here.
        let _ = call.send().await;
    }
    let metrics = measured.all();
    let metric = named(&metrics, INTERVENTIONS);
    assert_eq!(metric.unit, "{intervention}");
    let [point] = metric.points.as_slice() else {
        panic!("{metric:#?}");
    };
    assert_eq!(point.sum, 1.0);
    assert_eq!(
        point.attributes,
        json!({
            "gen_ai.operation.name": "apply_guardrail",
            "gen_ai.provider.name": "aws.bedrock",
            "aws.bedrock.guardrail.id": "gr-1",
        })
    );
    assert_eq!(named(&metrics, DURATION).points[0].count, 2);
}
