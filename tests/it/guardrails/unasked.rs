//! Guardrails that found nothing, and those that nobody asked for: an account
//! may enforce its own.

use aws_sdk_bedrockruntime::error::ProvideErrorMetadata as _;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    GuardrailContentBlock, GuardrailContentSource, GuardrailImageBlock, GuardrailImageFormat,
    GuardrailImageSource,
};
use nr_bedrock_observability::ContentCapture;
use serde_json::{Value, json};

use super::{CAPTURES, MODEL, assessment, check, client};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{chunk, event};
use crate::support::spans::Spans;

/// A guardrail of the account's, and what it found.
fn enforced() -> Value {
    let details = json!({
        "guardrailId": "gr-1",
        "guardrailVersion": "3",
        "guardrailArn": "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr-1",
        "guardrailOrigin": ["ACCOUNT_ENFORCED"],
        "guardrailOwnership": "SELF",
    });
    let mut found = assessment();
    if let Value::Object(members) = &mut found {
        members.insert("appliedGuardrailDetails".to_owned(), details);
    }
    json!({"guardrail": {"inputAssessment": {"gr-1": found}}})
}

#[tokio::test]
async fn a_guardrail_that_the_account_enforces_is_told_of() {
    let usage = json!({"inputTokens": 0, "outputTokens": 0, "totalTokens": 0});
    for capture in CAPTURES {
        let whole = json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "No."}]}},
            "stopReason": "guardrail_intervened",
            "usage": usage,
            "metrics": {"latencyMs": 9},
            "trace": enforced(),
        });
        let (server, client) = client(Answer::json(200, &whole), capture).await;
        let spans = Spans::collect();
        let sent = client.converse().model_id(MODEL).send().await;
        assert!(sent.is_ok(), "{sent:?}");
        server.set_answer(Answer::events(vec![
            event("messageStart", &json!({"role": "assistant"})),
            event(
                "messageStop",
                &json!({"stopReason": "guardrail_intervened"}),
            ),
            event(
                "metadata",
                &json!({"usage": usage, "metrics": {"latencyMs": 9}, "trace": enforced()}),
            ),
        ]));
        let sent = client.converse_stream().model_id(MODEL).send().await;
        let mut stream = sent.expect("the stream begins").stream;
        while stream.recv().await.expect("an event").is_some() {}
        let spans = spans.bedrock();
        assert_eq!(spans.len(), 2);
        for (span, carrier) in spans.iter().zip(["Converse", "ConverseStream"]) {
            check(span, Some("input"), carrier);
            for (key, value) in [("id", "gr-1"), ("version", "3"), ("action", "INTERVENED")] {
                let key = format!("aws.bedrock.guardrail.{key}");
                assert_eq!(span.text(&key), value, "{carrier}: {key}");
            }
        }
    }
}

#[tokio::test]
async fn policies_that_did_nothing_did_not_fire() {
    let idle = json!({
        "topicPolicy": {"topics": [
            {"name": "Health", "type": "DENY", "action": "NONE", "detected": true},
        ]},
        "contentPolicy": {"filters": [
            {"type": "HATE", "confidence": "LOW", "action": "NONE", "detected": false},
        ]},
        "wordPolicy": {
            "customWords": [{"match": "damned", "action": "NONE", "detected": true}],
            "managedWordLists": [],
        },
        "sensitiveInformationPolicy": {
            "piiEntities": [{"match": "Ms Grey", "type": "NAME", "action": "NONE"}],
            "regexes": [],
        },
        "contextualGroundingPolicy": {"filters": [
            {"type": "RELEVANCE", "threshold": 0.5, "score": 0.9, "action": "NONE"},
        ]},
        "automatedReasoningPolicy": {"findings": [{"valid": {}}]},
        "invocationMetrics": {"usage": {"topicPolicyUnits": 0}},
    });
    let body = json!({
        "amazon-bedrock-guardrailAction": "NONE",
        "amazon-bedrock-trace": {"guardrail": {"input": {"gr-1": idle}}},
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "Yes."}],
    });
    let (_server, client) = client(
        Answer::json(200, &body),
        ContentCapture::AttributesAndEvents,
    )
    .await;
    let spans = Spans::collect();
    let call = client.invoke_model().model_id(MODEL).body(Blob::new("{}"));
    let sent = call.send().await;
    assert!(sent.is_ok(), "{sent:?}");
    let span = spans.one();
    for (key, value) in [
        ("aws.bedrock.guardrail.action", json!("NONE")),
        ("aws.bedrock.guardrail.policies", Value::Null),
        ("aws.bedrock.guardrail.usage.topic_policy_units", json!(0)),
        ("aws.bedrock.guardrail.usage.word_policy_units", Value::Null),
        ("aws.bedrock.guardrail.latency", Value::Null),
    ] {
        assert_eq!(span.attribute(key), value, "{key}");
    }
    let told = format!("{span:?}");
    for matched in ["Ms Grey", "damned"] {
        assert!(!told.contains(matched), "{matched}");
    }
}

#[tokio::test]
async fn a_piece_that_passed_does_not_undo_one_that_was_stopped() {
    let action = |action| {
        chunk(&json!({
            "amazon-bedrock-guardrailAction": action,
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "No."},
        }))
    };
    for (pieces, whole) in [
        (["NONE", "INTERVENED", "NONE"], "INTERVENED"),
        (["NONE", "NONE", "NONE"], "NONE"),
    ] {
        let answer = Answer::events(pieces.map(action).to_vec());
        let (_server, client) = client(answer, ContentCapture::AttributesAndEvents).await;
        let spans = Spans::collect();
        let call = client.invoke_model_with_response_stream().model_id(MODEL);
        let sent = call.body(Blob::new("{}")).send().await;
        let mut stream = sent.expect("the stream begins").body;
        while stream.recv().await.expect("a chunk").is_some() {}
        let said = spans.one().text("aws.bedrock.guardrail.action");
        assert_eq!(said, whole, "{pieces:?}");
    }
}

#[tokio::test]
async fn an_image_to_be_looked_at_is_its_kind_and_size() {
    for capture in CAPTURES {
        let answer = json!({"action": "NONE", "outputs": [], "assessments": []});
        let (_server, client) = client(Answer::json(200, &answer), capture).await;
        let spans = Spans::collect();
        let image = GuardrailImageBlock::builder()
            .format(GuardrailImageFormat::Png)
            .source(GuardrailImageSource::Bytes(Blob::new(b"pixels")));
        let call = client.apply_guardrail().guardrail_identifier("gr-1");
        let call = call.guardrail_version("1");
        let call = call.source(GuardrailContentSource::Input);
        let image = image.build().expect("an image");
        let sent = call.content(GuardrailContentBlock::Image(image)).send();
        sent.await.expect("an answer");
        let span = spans.one();
        let input = span.text("gen_ai.input.messages");
        if matches!(capture, ContentCapture::Off) {
            assert_eq!(input, "");
            continue;
        }
        assert_eq!(
            span.json("gen_ai.input.messages")[0]["parts"],
            json!([{
                "type": "blob",
                "modality": "image",
                "mime_type": "image/png",
                "content": "",
                "byte_size": 6,
            }])
        );
        // As it is on the wire.
        assert!(!format!("{span:?}").contains("cGl4ZWxz"));
    }
}

#[tokio::test]
async fn a_guardrail_that_is_not_there_is_the_services_error() {
    let answer = Answer::error(404, "ResourceNotFoundException", "no such guardrail");
    let (_server, client) = client(answer, ContentCapture::AttributesAndEvents).await;
    let spans = Spans::collect();
    let call = client.apply_guardrail().guardrail_identifier("gr-1");
    let call = call.guardrail_version("1");
    let call = call.source(GuardrailContentSource::Input);
    let error = call.set_content(Some(Vec::new())).send().await;
    let error = error.expect_err("an error");
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    let span = spans.one();
    assert_eq!(span.name(), "apply_guardrail gr-1");
    assert_eq!(span.error().as_deref(), Some("no such guardrail"));
    for (key, value) in [
        ("error.type", json!("ResourceNotFoundException")),
        ("http.response.status_code", json!(404)),
        ("aws.bedrock.guardrail.id", json!("gr-1")),
        ("aws.bedrock.guardrail.action", Value::Null),
        ("aws.bedrock.guardrail.policies", Value::Null),
        ("gen_ai.response.finish_reasons", Value::Null),
    ] {
        assert_eq!(span.attribute(key), value, "{key}");
    }
}
