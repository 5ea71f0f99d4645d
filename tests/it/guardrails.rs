//! What a guardrail found, whichever operation tells it, and that what it
//! matched is told nowhere.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    GuardrailConfiguration, GuardrailContentBlock, GuardrailContentSource,
    GuardrailStreamConfiguration, GuardrailTextBlock, GuardrailTrace,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, chunk, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

mod costs;
mod unasked;

/// What no span may say.
const MATCHED: [&str; 4] = ["Ms Grey", "4111-1111", "damned", "[0-9]{6}"];

/// One of each policy that acted, and some that did not.
fn assessment() -> Value {
    json!({
        "topicPolicy": {"topics": [
            {"name": "Investing", "type": "DENY", "action": "BLOCKED", "detected": true},
            {"name": "Health", "type": "DENY", "action": "NONE", "detected": false},
        ]},
        "contentPolicy": {"filters": [{
            "type": "INSULTS",
            "confidence": "HIGH",
            "filterStrength": "HIGH",
            "action": "BLOCKED",
            "detected": true,
        }]},
        "wordPolicy": {
            "customWords": [{"match": "damned", "action": "BLOCKED", "detected": true}],
            "managedWordLists": [
                {"match": "damned", "type": "PROFANITY", "action": "BLOCKED", "detected": true},
            ],
        },
        "sensitiveInformationPolicy": {
            "piiEntities": [
                {"match": "Ms Grey", "type": "NAME", "action": "ANONYMIZED", "detected": true},
            ],
            "regexes": [{
                "name": "card",
                "match": "4111-1111",
                "regex": "[0-9]{6}",
                "action": "BLOCKED",
                "detected": true,
            }],
        },
        "contextualGroundingPolicy": {"filters": [{
            "type": "GROUNDING",
            "threshold": 0.75,
            "score": 0.0,
            "action": "BLOCKED",
            "detected": true,
        }]},
        "automatedReasoningPolicy": {"findings": [{"valid": {}}, {"impossible": {}}]},
        "invocationMetrics": {
            "guardrailProcessingLatency": 120,
            "usage": {
                "topicPolicyUnits": 1,
                "contentPolicyUnits": 2,
                "wordPolicyUnits": 0,
                "sensitiveInformationPolicyUnits": 3,
                "sensitiveInformationPolicyFreeUnits": 0,
                "contextualGroundingPolicyUnits": 4,
            },
            "guardrailCoverage": {"textCharacters": {"guarded": 10, "total": 25}},
        },
    })
}

fn policies(side: Option<&str>) -> Value {
    let mut policies = json!([
        {"type": "topic", "name": "Investing", "action": "BLOCKED"},
        {"type": "content", "name": "INSULTS", "action": "BLOCKED", "confidence": "HIGH"},
        {"type": "word", "action": "BLOCKED"},
        {"type": "word", "name": "PROFANITY", "action": "BLOCKED"},
        {"type": "sensitive_information", "name": "NAME", "action": "ANONYMIZED"},
        {"type": "sensitive_information", "name": "card", "action": "BLOCKED"},
        {
            "type": "contextual_grounding",
            "name": "GROUNDING",
            "action": "BLOCKED",
            "score": 0.0,
            "threshold": 0.75,
        },
        {"type": "automated_reasoning", "name": "impossible"},
    ]);
    if let Some(side) = side {
        for policy in policies.as_array_mut().unwrap() {
            policy["side"] = json!(side);
        }
    }
    policies
}

/// What holds for each carrier of one assessment.
fn check(span: &Span, side: Option<&str>, carrier: &str) {
    let found = span.json("aws.bedrock.guardrail.policies");
    assert_eq!(found, policies(side), "{carrier}");
    for (key, value) in [
        ("latency", 120),
        ("usage.topic_policy_units", 1),
        ("usage.content_policy_units", 2),
        ("usage.word_policy_units", 0),
        ("usage.sensitive_information_policy_units", 3),
        ("usage.sensitive_information_policy_free_units", 0),
        ("usage.contextual_grounding_policy_units", 4),
        ("coverage.text_characters.guarded", 10),
        ("coverage.text_characters.total", 25),
    ] {
        let key = format!("aws.bedrock.guardrail.{key}");
        assert_eq!(span.attribute(&key), json!(value), "{carrier}: {key}");
    }
    let images = "aws.bedrock.guardrail.coverage.images.total";
    assert!(!span.has(images), "{carrier}: no images were told of");
    let told = format!("{span:?}");
    for matched in MATCHED {
        assert!(!told.contains(matched), "{carrier}: {matched}");
    }
}

#[tokio::test]
async fn apply_guardrail_says_what_was_done_and_what_it_cost() {
    for capture in CAPTURES {
        let answer = json!({
            "action": "GUARDRAIL_INTERVENED",
            "outputs": [{"text": "I cannot say that."}],
            "assessments": [assessment()],
            // The sum of what the assessments say.
            "usage": assessment()["invocationMetrics"]["usage"],
        });
        let (server, client) = client(Answer::json(200, &answer), capture).await;
        let spans = Spans::collect();
        let text = GuardrailTextBlock::builder().text("Is this allowed?");
        client
            .apply_guardrail()
            .guardrail_identifier("gr-1")
            .guardrail_version("3")
            .source(GuardrailContentSource::Output)
            .content(GuardrailContentBlock::Text(text.build().unwrap()))
            .send()
            .await
            .unwrap();
        let span = spans.one();
        assert_eq!(server.requests().len(), 1);
        assert_eq!(span.name(), "apply_guardrail gr-1");
        check(&span, None, "ApplyGuardrail");
        for (key, value) in [
            ("gen_ai.operation.name", "apply_guardrail"),
            ("aws.bedrock.guardrail.id", "gr-1"),
            ("aws.bedrock.guardrail.version", "3"),
            ("aws.bedrock.guardrail.source", "OUTPUT"),
            ("aws.bedrock.guardrail.action", "GUARDRAIL_INTERVENED"),
        ] {
            assert_eq!(span.text(key), value, "{key}");
        }
        let recorded = matches!(capture, ContentCapture::AttributesAndEvents);
        let input = span.text("gen_ai.input.messages");
        assert_eq!(input.contains("Is this allowed?"), recorded);
        let output = span.text("gen_ai.output.messages");
        assert_eq!(output.contains("I cannot say that."), recorded);
    }
}

#[tokio::test]
async fn converse_tells_what_its_guardrail_found() {
    for capture in CAPTURES {
        let trace = json!({"guardrail": {
            "inputAssessment": {"gr-1": assessment()},
            "modelOutput": ["Ms Grey is damned"],
        }});
        let usage = json!({"inputTokens": 0, "outputTokens": 0, "totalTokens": 0});
        let answer = json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "No."}]}},
            "stopReason": "guardrail_intervened",
            "usage": usage,
            "metrics": {"latencyMs": 9},
            "trace": trace,
        });
        let (server, client) = client(Answer::json(200, &answer), capture).await;
        let spans = Spans::collect();
        let question = typed::user(json!([{"text": "Hi"}])).await;
        let guardrail = GuardrailConfiguration::builder()
            .guardrail_identifier("gr-1")
            .guardrail_version("3")
            .trace(GuardrailTrace::Enabled);
        let call = client.converse().model_id(MODEL).messages(question.clone());
        let call = call.guardrail_config(guardrail.build());
        call.send().await.unwrap();
        check(&spans.one(), Some("input"), "Converse");
        drop(spans);

        let spans = Spans::collect();
        server.set_answer(Answer::events(vec![
            event("messageStart", &json!({"role": "assistant"})),
            event(
                "messageStop",
                &json!({"stopReason": "guardrail_intervened"}),
            ),
            event(
                "metadata",
                &json!({"usage": usage, "metrics": {"latencyMs": 9}, "trace": {"guardrail": {
                    "outputAssessments": {"gr-1": [assessment()]},
                }}}),
            ),
        ]));
        let guardrail = GuardrailStreamConfiguration::builder()
            .guardrail_identifier("gr-1")
            .guardrail_version("3");
        let call = client.converse_stream().model_id(MODEL).messages(question);
        let call = call.guardrail_config(guardrail.build());
        let mut output = call.send().await.unwrap();
        while output.stream.recv().await.unwrap().is_some() {}
        check(&spans.one(), Some("output"), "ConverseStream");
    }
}

#[tokio::test]
async fn invoke_model_tells_it_in_the_models_body() {
    for capture in CAPTURES {
        let body = |side: Value| {
            json!({
                "amazon-bedrock-guardrailAction": "INTERVENED",
                "amazon-bedrock-trace": {"guardrail": side},
                "type": "message",
                "role": "assistant",
                "content": [{"type": "text", "text": "No."}],
            })
        };
        let whole = body(json!({"input": {"gr-1": assessment()}}));
        let (server, client) = client(Answer::json(200, &whole), capture).await;
        let spans = Spans::collect();
        let call = client.invoke_model().model_id(MODEL).body(Blob::new("{}"));
        call.send().await.unwrap();
        let span = spans.one();
        check(&span, Some("input"), "InvokeModel");
        assert_eq!(span.text("aws.bedrock.guardrail.action"), "INTERVENED");
        drop(spans);

        let spans = Spans::collect();
        let last = body(json!({"outputs": [{"gr-1": assessment()}]}));
        let frames: Vec<Frame> = vec![chunk(&last)];
        server.set_answer(Answer::events(frames));
        let call = client.invoke_model_with_response_stream().model_id(MODEL);
        let mut output = call.body(Blob::new("{}")).send().await.unwrap();
        while output.body.recv().await.unwrap().is_some() {}
        check(
            &spans.one(),
            Some("output"),
            "InvokeModelWithResponseStream",
        );
    }
}

const CAPTURES: [ContentCapture; 2] = [ContentCapture::AttributesAndEvents, ContentCapture::Off];

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

async fn client(answer: Answer, capture: ContentCapture) -> (MockBedrock, Client) {
    let server = MockBedrock::start().await;
    server.set_answer(answer);
    let options = MonitorOptions::new().capture(capture);
    let client = Client::from_conf(server.client_config().build());
    (server, monitor_bedrock_with(client, options))
}
