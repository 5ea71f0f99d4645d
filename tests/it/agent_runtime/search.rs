//! Searches: `Retrieve` and `AgenticRetrieveStream`.

use std::time::{Duration, SystemTime};

use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Run, of_every_call, told};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::event;

mod wire;

use wire::{BEGAN, MODEL, look_up, planned, search, search_in};

/// Addresses of documents are recorded without content, too.
#[tokio::test]
async fn presigned_addresses_of_documents_are_cut() {
    let url = "https://handbook.example/r.md?X-Amz-Signature=SECRET";
    let location = json!({"type": "WEB", "webLocation": {"url": url}});
    let content = json!({"type": "TEXT", "text": "Five days."});
    let answer = json!({"retrievalResults": [{"content": content, "location": location}]});
    for capture in [ContentCapture::AttributesAndEvents, ContentCapture::Off] {
        let options = MonitorOptions::new().capture(capture);
        let run = Run::with(options, Answer::json(200, &answer), look_up).await;
        let documents = run.root().json("gen_ai.retrieval.documents");
        assert_eq!(documents[0]["id"], "https://handbook.example/r.md");
        assert!(!format!("{:?}", run.spans).contains("SECRET"));
    }
}

#[tokio::test]
async fn a_search_says_what_was_looked_for_and_what_was_found() {
    let passage = |text: &str| json!({"type": "TEXT", "text": text});
    let answer = json!({
        "guardrailAction": "NONE",
        "retrievalResults": [
            {
                "content": passage("Five days."),
                "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/r.md"}},
                "score": 0.5,
            },
            {
                "content": passage("Mail us."),
                "location": {"type": "CUSTOM", "customDocumentLocation": {"id": "faq-7"}},
                "score": 0.0,
            },
            {
                "content": passage("Hello."),
                "metadata": {"x-amz-bedrock-kb-source-uri": "s3://handbook/h.md"},
            },
            // The query is made of the question, and names nothing.
            {
                "content": passage("7"),
                "location": {"type": "SQL", "sqlLocation": {"query": "SELECT 7"}},
            },
        ],
    });
    let run = Run::of(Answer::json(200, &answer), look_up).await;
    let root = run.root();
    assert_eq!(run.tree(), ["retrieval KB1"]);
    of_every_call(&root, "Retrieve");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "retrieval",
            "aws.bedrock.knowledge_base.id": "KB1",
            "gen_ai.data_source.id": "KB1",
            "aws.bedrock.guardrail.id": "gr-1",
            "aws.bedrock.guardrail.version": "DRAFT",
            "aws.bedrock.guardrail.action": "NONE",
            "gen_ai.retrieval.query.text": "refund time",
            "gen_ai.retrieval.top_k": 3,
            "gen_ai.retrieval.documents": [
                {"id": "s3://handbook/r.md", "score": 0.5, "content": "Five days."},
                {"id": "faq-7", "score": 0.0, "content": "Mail us."},
                {"id": "s3://handbook/h.md", "content": "Hello."},
                {"content": "7"},
            ],
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn a_search_that_plans_says_what_it_was_asked_and_what_it_found() {
    let run = Run::of(Answer::events(planned()), search).await;
    let root = run.root();
    assert_eq!(root.name(), "retrieval KB1");
    of_every_call(&root, "AgenticRetrieveStream");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "retrieval",
            "gen_ai.request.model": MODEL,
            "gen_ai.request.stream": true,
            "aws.bedrock.model.name": "nova-pro",
            "aws.bedrock.model.vendor": "amazon",
            "aws.bedrock.knowledge_base.id": "KB1",
            "gen_ai.data_source.id": "KB1",
            "gen_ai.memory.store.id": "memory-1",
            "gen_ai.conversation.id": "session-1",
            "aws.bedrock.agentic_retrieve.max_iterations": 3,
            "aws.bedrock.guardrail.id": "gr-1",
            "aws.bedrock.guardrail.version": "2",
            "aws.bedrock.guardrail.action": "INTERVENED",
            "gen_ai.retrieval.query.text": "And by mail?",
            "gen_ai.retrieval.top_k": 5,
            "gen_ai.retrieval.documents": [
                {"id": "s3://handbook/m.md", "content": "Mail takes a week."},
                {"id": "s3://handbook/r.md", "content": "Five days."},
            ],
            "gen_ai.input.messages": [
                {"role": "user", "parts": [{"type": "text", "content": "How long?"}]},
                {"role": "assistant", "parts": [{"type": "text", "content": "Five days."}]},
                {"role": "user", "parts": [{"type": "text", "content": "And by mail?"}]},
            ],
            "gen_ai.output.messages": [{
                "role": "assistant",
                "parts": [{
                    "type": "text",
                    "content": "A week.",
                    "citations": [{"source": "s3://handbook/m.md"}],
                }],
            }],
            "aws.bedrock.stream.completed": true,
            "aws.bedrock.stream.events": 9,
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn what_the_search_did_are_its_steps() {
    let run = Run::of(Answer::events(planned()), search).await;
    assert_eq!(
        run.tree(),
        [
            "retrieval KB1",
            "  planning",
            "  retrieval KB2",
            "  full_document_expansion",
        ]
    );
    // The second one's events have ids of their own.
    for (name, began, ended) in [
        ("planning", 0, 40),
        ("retrieval KB2", 50, 90),
        ("full_document_expansion", 100, 100),
    ] {
        let span = run.named(name);
        assert_eq!(span.0.start_time, moment(began), "{name}");
        assert_eq!(span.0.end_time, moment(ended), "{name}");
    }
    assert_eq!(
        told(&run.named("retrieval KB2")),
        json!({
            "gen_ai.operation.name": "retrieval",
            "aws.bedrock.agentic_retrieve.step": "Retrieval",
            "aws.bedrock.knowledge_base.id": "KB2",
            "gen_ai.data_source.id": "KB2",
            "aws.bedrock.guardrail.id": "gr-1",
            "aws.bedrock.guardrail.version": "2",
            "aws.bedrock.guardrail.action": "INTERVENED",
            "gen_ai.retrieval.query.text": "mail duration",
            "gen_ai.retrieval.documents": [
                {"id": "s3://handbook/m.md", "content": "Mail takes a week."},
            ],
            "gen_ai.output.messages": [
                {"role": "assistant", "parts": [{"type": "text", "content": "I look."}]},
            ],
        })
    );
    let failed = run.named("full_document_expansion");
    assert_eq!(failed.text("error.type"), "FAILED");
    // Why, is said in words that may be the user's: they are content.
    assert_eq!(failed.error().as_deref(), Some(""));
    let said = failed.text("gen_ai.output.messages");
    assert!(said.contains("no such document"), "{said}");
    // The search itself went on.
    assert_eq!(run.root().error(), None);
}

#[tokio::test]
async fn an_answer_in_pieces_is_told_once() {
    let result = json!({
        "results": [],
        "generatedResponse": {"answer": "A week."},
    });
    let frames = vec![
        event("responseEvent", &json!({"text": "A "})),
        event("responseEvent", &json!({"text": "week."})),
        event("result", &result),
    ];
    let run = Run::of(Answer::events(frames), search).await;
    let output = run.root().json("gen_ai.output.messages");
    assert_eq!(
        output[0]["parts"],
        json!([{"type": "text", "content": "A week."}])
    );
}

#[tokio::test]
async fn several_knowledge_bases_are_all_named() {
    let run = Run::of(Answer::events(Vec::new()), async |client| {
        search_in(&client, &["KB1", "KB2"]).await;
    })
    .await;
    let root = run.root();
    assert_eq!(root.name(), "retrieval");
    let bases = root.attribute("aws.bedrock.knowledge_base.ids");
    assert_eq!(bases, json!(["KB1", "KB2"]));
    assert!(!root.has("aws.bedrock.knowledge_base.id"));
    // Each has its own number of results.
    assert!(!root.has("gen_ai.retrieval.top_k"));
    assert_eq!(root.text("gen_ai.retrieval.query.text"), "And by mail?");
}

#[tokio::test]
async fn without_content_a_search_keeps_its_steps_and_ids() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::with(options, Answer::events(planned()), search).await;
    assert_eq!(run.tree().len(), 4);
    let all: Vec<_> = run.spans.iter().map(told).collect();
    let all = json!(all).to_string();
    for text in ["week", "mail duration", "And by", "I look", "Five"] {
        assert!(!all.contains(text), "{text} in {all}");
    }
    assert_eq!(
        run.root().json("gen_ai.retrieval.documents"),
        json!([{"id": "s3://handbook/m.md"}, {"id": "s3://handbook/r.md"}])
    );
}

#[tokio::test]
async fn traces_of_a_shape_that_nobody_has_seen_are_left_alone() {
    for (attributes, steps) in [
        (json!({}), 1),
        (json!({"step": "Dreaming", "status": "PAUSED"}), 1),
        (
            json!({"step": "Retrieval", "status": "IN_PROGRESS", "actions": [{}]}),
            1,
        ),
        (Value::Null, 0),
    ] {
        let frame = event(
            "traceEvent",
            &json!({"id": "a", "timestamp": -7, "attributes": attributes}),
        );
        let run = Run::of(Answer::events(vec![frame]), search).await;
        assert_eq!(run.tree().len(), 1 + steps, "{attributes}");
        assert_eq!(run.root().error(), None, "{attributes}");
    }
}

fn moment(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(BEGAN + millis)
}
