//! What a guardrail's work cost, and how much of a text it looked at.

use aws_sdk_bedrockruntime::types::GuardrailContentSource;
use nr_bedrock_observability::ContentCapture;
use serde_json::{Value, json};

use super::{assessment, client};
use crate::support::mock_bedrock::Answer;
use crate::support::spans::{Span, Spans};

#[tokio::test]
async fn costs_are_told_where_no_assessment_tells_them() {
    let span = applied(&json!({
        "action": "NONE",
        "outputs": [],
        "assessments": [{}],
        "usage": {"topicPolicyUnits": 1, "contentPolicyUnits": 0},
        "guardrailCoverage": {"images": {"guarded": 0, "total": 1}},
    }))
    .await;
    for (key, value) in [
        ("aws.bedrock.guardrail.action", json!("NONE")),
        ("aws.bedrock.guardrail.usage.topic_policy_units", json!(1)),
        ("aws.bedrock.guardrail.usage.content_policy_units", json!(0)),
        ("aws.bedrock.guardrail.coverage.images.guarded", json!(0)),
        ("aws.bedrock.guardrail.coverage.images.total", json!(1)),
        ("aws.bedrock.guardrail.policies", Value::Null),
        ("aws.bedrock.guardrail.latency", Value::Null),
    ] {
        assert_eq!(span.attribute(key), value, "{key}");
    }
}

#[tokio::test]
async fn the_costs_of_several_assessments_are_added() {
    let span = applied(&json!({
        "action": "GUARDRAIL_INTERVENED",
        "outputs": [],
        "assessments": [assessment(), assessment()],
    }))
    .await;
    for (key, value) in [
        ("latency", 240),
        ("usage.content_policy_units", 4),
        ("usage.word_policy_units", 0),
        ("coverage.text_characters.guarded", 20),
        ("coverage.text_characters.total", 50),
    ] {
        let key = format!("aws.bedrock.guardrail.{key}");
        assert_eq!(span.attribute(&key), json!(value), "{key}");
    }
    let found = span.json("aws.bedrock.guardrail.policies");
    assert_eq!(found.as_array().map(Vec::len), Some(16));
}

/// The service's own sums are what is paid, whatever its parts say.
#[tokio::test]
async fn the_costs_of_the_whole_outweigh_those_of_its_assessments() {
    let span = applied(&json!({
        "action": "NONE",
        "outputs": [],
        "assessments": [
            {"invocationMetrics": {"guardrailProcessingLatency": 7}},
            {"invocationMetrics": {"usage": {"topicPolicyUnits": 1, "wordPolicyUnits": 3}}},
        ],
        "usage": {"topicPolicyUnits": 2, "contentPolicyUnits": 0},
        "guardrailCoverage": {"textCharacters": {"guarded": 0, "total": 9}},
    }))
    .await;
    for (key, value) in [
        ("latency", 7),
        ("usage.topic_policy_units", 2),
        ("usage.content_policy_units", 0),
        ("usage.word_policy_units", 3),
        ("coverage.text_characters.guarded", 0),
        ("coverage.text_characters.total", 9),
    ] {
        let key = format!("aws.bedrock.guardrail.{key}");
        assert_eq!(span.attribute(&key), json!(value), "{key}");
    }
}

#[tokio::test]
async fn more_policies_than_an_attribute_holds_leave_a_list_of_the_first() {
    let entities = |count: usize| {
        let one = |index| json!({"match": "Ms Grey", "type": format!("KIND_{index:03}"), "action": "BLOCKED"});
        let entities: Vec<_> = (0..count).map(one).collect();
        json!({
            "action": "GUARDRAIL_INTERVENED",
            "outputs": [],
            "assessments": [{"sensitiveInformationPolicy": {"piiEntities": entities}}],
        })
    };
    let span = applied(&entities(100)).await;
    let text = span.text("aws.bedrock.guardrail.policies");
    assert!(text.chars().count() <= 4_095, "{}", text.len());
    let found = span.json("aws.bedrock.guardrail.policies");
    let found = found.as_array().cloned().unwrap_or_default();
    let kept = found.len() - 1;
    assert!(kept >= 45, "{kept} of about 55 that have room");
    assert_eq!(found[0]["name"], "KIND_000");
    assert_eq!(found[kept]["omitted"], json!(100 - kept));
    // Of many more, a part is kept at all.
    let span = applied(&entities(5_000)).await;
    let found = span.json("aws.bedrock.guardrail.policies");
    assert_eq!(found[0]["name"], "KIND_000");
}

/// The span of an `ApplyGuardrail` call that is answered so.
async fn applied(answer: &Value) -> Span {
    let (_server, client) = client(
        Answer::json(200, answer),
        ContentCapture::AttributesAndEvents,
    )
    .await;
    let spans = Spans::collect();
    let call = client.apply_guardrail().guardrail_identifier("gr-1");
    let call = call.guardrail_version("1");
    let call = call.source(GuardrailContentSource::Input);
    let sent = call.set_content(Some(Vec::new())).send().await;
    assert!(sent.is_ok(), "{sent:?}");
    spans.one()
}
