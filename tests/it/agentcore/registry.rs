//! Searches in registries.

use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::Answer;

const REGISTRY: &str = "arn:aws:bedrock-agentcore:us-east-1:123456789012:registry/abcdef123456";

async fn search(options: MonitorOptions) -> Core {
    let record = |id: &str| json!({"recordId": id, "name": "weather", "description": "s3cr3t"});
    let answer = json!({"registryRecords": [record("rec-1"), record("rec-2")]});
    let core = Core::with(Answer::json(200, &answer), options).await;
    let call = core.client.search_registry_records();
    let call = call.search_query("tools for the weather");
    let call = call.registry_ids(REGISTRY).max_results(5);
    call.send().await.unwrap();
    core
}

#[tokio::test]
async fn registry_search_is_a_retrieval() {
    let core = search(MonitorOptions::new()).await;
    let span = core.spans.one();
    assert_eq!(span.name(), "retrieval abcdef123456");
    let expected = [
        ("gen_ai.operation.name", json!("retrieval")),
        ("gen_ai.data_source.id", json!(REGISTRY)),
        (
            "gen_ai.retrieval.query.text",
            json!("tools for the weather"),
        ),
        ("gen_ai.retrieval.top_k", json!(5)),
        ("aws.bedrock.agentcore.registry.id", json!(REGISTRY)),
        ("aws.bedrock.result.count", json!(2)),
    ];
    says(&span, &expected);
    let documents = span.json("gen_ai.retrieval.documents");
    assert_eq!(documents, json!([{"id": "rec-1"}, {"id": "rec-2"}]));
    let printed = format!("{span:?}");
    assert!(!printed.contains("s3cr3t"), "{printed}");
}

#[tokio::test]
async fn registry_search_without_content_has_no_query() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let span = search(options).await.spans.one();
    let expected = [
        ("gen_ai.retrieval.query.text", Value::Null),
        ("gen_ai.data_source.id", json!(REGISTRY)),
    ];
    says(&span, &expected);
}
