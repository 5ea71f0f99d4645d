//! AgentCore Memory.

use aws_sdk_bedrockagentcore::types::{
    MemoryContent, MemoryRecordCreateInput, MemoryRecordDeleteInput, MemoryRecordUpdateInput,
    SearchCriteria,
};
use aws_smithy_types::DateTime;
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::Answer;

fn found() -> Answer {
    let record = |id, text, score: f64| {
        json!({
            "memoryRecordId": id, "content": {"text": text}, "score": score,
            "memoryStrategyId": "facts", "namespaces": ["/users/7"],
            "createdAt": 1.5,
        })
    };
    let records = [
        record("mem-r1", "Prefers tea.", 0.75),
        record("mem-r2", "Has a dog.", 0.0),
    ];
    Answer::json(200, &json!({"memoryRecordSummaries": records}))
}

#[tokio::test]
async fn a_search_says_what_was_looked_for_and_what_was_found() {
    let core = Core::answering(found()).await;
    search(&core).await;
    let span = core.spans.one();
    assert_eq!(span.name(), "search_memory");
    let expected = [
        ("gen_ai.operation.name", json!("search_memory")),
        ("gen_ai.memory.store.id", json!("mem-1")),
        ("gen_ai.memory.record.count", json!(2)),
        ("gen_ai.retrieval.query.text", json!("What to drink?")),
        ("gen_ai.retrieval.top_k", json!(5)),
        ("aws.bedrock.agentcore.memory.namespace", json!("/users/7")),
        ("aws.bedrock.agentcore.memory.strategy.id", json!("facts")),
    ];
    says(&span, &expected);
    let documents = span.json("gen_ai.retrieval.documents");
    assert_eq!(
        documents,
        json!([
            {"id": "mem-r1", "score": 0.75, "content": "Prefers tea."},
            {"id": "mem-r2", "score": 0.0, "content": "Has a dog."},
        ])
    );
}

#[tokio::test]
async fn without_content_a_search_keeps_ids_and_scores() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let core = Core::with(found(), options).await;
    search(&core).await;
    let span = core.spans.one();
    let documents = span.json("gen_ai.retrieval.documents");
    let expected = json!([{"id": "mem-r1", "score": 0.75}, {"id": "mem-r2", "score": 0.0}]);
    assert_eq!(documents, expected);
    let told = format!("{span:?}");
    assert!(!told.contains("drink") && !told.contains("tea"), "{told}");
}

#[tokio::test]
async fn writing_and_deleting_have_the_conventions_names() {
    let failed = json!({"memoryRecordId": "r", "status": "FAILED", "errorMessage": "no"});
    let body = json!({
        "successfulRecords": [], "failedRecords": [failed], "memoryRecordId": "r-1",
        "eventId": "e-1", "sessionId": "s-1",
        "event": {
            "memoryId": "mem-1", "actorId": "user-7", "sessionId": "s-1", "eventId": "e-1",
            "eventTimestamp": 1, "payload": [],
        },
    });
    let core = Core::answering(Answer::json(200, &body)).await;
    let client = &core.client;
    let text = || MemoryContent::Text("Prefers tea.".to_owned());
    let now = DateTime::from_secs(1);
    let create = MemoryRecordCreateInput::builder()
        .request_identifier("a")
        .namespaces("/users/7")
        .content(text())
        .timestamp(now);
    let call = client.batch_create_memory_records().memory_id("mem-1");
    let records = create
        .build()
        .ok()
        .map(|record| vec![record.clone(), record]);
    drop(call.set_records(records).send().await);
    let update = MemoryRecordUpdateInput::builder()
        .memory_record_id("r")
        .timestamp(now);
    let call = client.batch_update_memory_records().memory_id("mem-1");
    drop(
        call.set_records(update.build().ok().map(|it| vec![it]))
            .send()
            .await,
    );
    let delete = MemoryRecordDeleteInput::builder().memory_record_id("r");
    let call = client.batch_delete_memory_records().memory_id("mem-1");
    drop(
        call.set_records(delete.build().ok().map(|it| vec![it]))
            .send()
            .await,
    );
    let call = client.create_event().memory_id("mem-1").actor_id("user-7");
    drop(
        call.event_timestamp(now)
            .set_payload(Some(Vec::new()))
            .send()
            .await,
    );
    let call = client.delete_event().memory_id("mem-1").actor_id("user-7");
    drop(call.session_id("s-1").event_id("e-1").send().await);
    let call = client.delete_memory_record().memory_id("mem-1");
    drop(call.memory_record_id("r-1").send().await);

    let spans = core.spans.bedrock();
    let told: Vec<_> = spans
        .iter()
        .map(|span| {
            says(span, &[("gen_ai.memory.store.id", json!("mem-1"))]);
            (span.name().to_owned(), IDS.map(|key| span.attribute(key)))
        })
        .collect();
    let null = Value::Null;
    let batch = |name: &str, count| {
        let values = [
            json!(count),
            null.clone(),
            json!(1),
            null.clone(),
            null.clone(),
        ];
        (name.to_owned(), values)
    };
    let event = [
        null.clone(),
        null.clone(),
        null.clone(),
        json!("e-1"),
        json!("s-1"),
    ];
    let record = [
        null.clone(),
        json!("r-1"),
        null.clone(),
        null.clone(),
        null.clone(),
    ];
    let expected = [
        batch("create_memory", 2),
        batch("update_memory", 1),
        batch("delete_memory", 1),
        ("create_memory".to_owned(), event.clone()),
        ("delete_memory".to_owned(), event),
        ("delete_memory".to_owned(), record),
    ];
    assert_eq!(told, expected);
    assert!(!format!("{spans:?}").contains("tea"));
}

#[tokio::test]
async fn a_refused_search_says_why() {
    let answer = Answer::error(404, "ResourceNotFoundException", "no such memory");
    let core = Core::answering(answer).await;
    search(&core).await;
    let span = core.spans.one();
    assert_eq!(span.text("error.type"), "ResourceNotFoundException");
    assert_eq!(span.error().as_deref(), Some("no such memory"));
    assert_eq!(span.text("gen_ai.memory.store.id"), "mem-1");
}

async fn search(core: &Core) {
    let criteria = SearchCriteria::builder()
        .search_query("What to drink?")
        .memory_strategy_id("facts")
        .top_k(5)
        .build();
    let call = core.client.retrieve_memory_records().memory_id("mem-1");
    let call = call
        .namespace("/users/7")
        .set_search_criteria(criteria.ok());
    drop(call.send().await);
}

const IDS: [&str; 5] = [
    "gen_ai.memory.record.count",
    "gen_ai.memory.record.id",
    "aws.bedrock.agentcore.memory.records.failed",
    "aws.bedrock.agentcore.memory.event.id",
    "gen_ai.conversation.id",
];
