//! `RetrieveAndGenerate`, whole and streamed.

use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::json;

use super::{Run, of_every_call, told};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{Frame, exception};
use crate::support::spans::Span;

mod wire;

use wire::{
    CHAT, MODEL, QUESTION, answer, ask, ask_about_documents, ask_for_a_stream, events, generated,
    output, search, stream,
};

#[tokio::test]
async fn the_call_says_what_was_asked_and_what_was_answered() {
    let run = Run::of(Answer::json(200, &answer()), ask).await;
    let root = run.root();
    assert_eq!(root.name(), CHAT);
    of_every_call(&root, "RetrieveAndGenerate");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": MODEL,
            "aws.bedrock.model.name": "nova-pro",
            "aws.bedrock.model.vendor": "amazon",
            "aws.bedrock.knowledge_base.id": "KB12345678",
            "gen_ai.data_source.id": "KB12345678",
            "gen_ai.conversation.id": "session-7",
            "aws.bedrock.guardrail.id": "gr-1",
            "aws.bedrock.guardrail.version": "3",
            "aws.bedrock.guardrail.action": "NONE",
            "aws.bedrock.performance_config.latency": "optimized",
            "gen_ai.request.temperature": 0.0,
            "gen_ai.request.top_p": 0.9,
            "gen_ai.request.max_tokens": 300,
            "gen_ai.request.stop_sequences": ["END"],
            "gen_ai.retrieval.top_k": 4,
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.system_instructions": [
                {"type": "text", "content": "Answer from $search_results$."},
            ],
            "gen_ai.input.messages": [{
                "role": "user",
                "parts": [{"type": "text", "content": QUESTION}],
            }],
            "gen_ai.output.messages": output(),
            "http.response.status_code": 200,
        })
    );
    assert_eq!(
        root.events(),
        [
            "gen_ai.system.message",
            "gen_ai.user.message",
            "gen_ai.choice"
        ]
    );
}

#[tokio::test]
async fn the_search_and_the_generation_are_steps_of_the_call() {
    let run = Run::of(Answer::json(200, &answer()), ask).await;
    let children: Vec<_> = run.tree().split_off(1);
    assert_eq!(children, ["  retrieval KB12345678", &format!("  {CHAT}")]);
    assert_eq!(told(&run.named("retrieval KB12345678")), search());
    let generation = generation(&run);
    assert_eq!(told(&generation), generated());
    // The service tells no times: both lie somewhere in the call.
    let root = run.root();
    for step in run.spans.iter().filter(|span| !span.is_client()) {
        assert!(step.is_child_of(&root), "{}", step.name());
        assert!(step.0.start_time >= root.0.start_time, "{}", step.name());
        assert!(step.0.end_time <= root.0.end_time, "{}", step.name());
        assert!(!step.duration().is_zero(), "{}", step.name());
    }
}

#[tokio::test]
async fn a_streamed_answer_says_the_same() {
    let answer = Answer::events(events());
    let answer = answer.header("x-amzn-bedrock-knowledge-base-session-id", "session-7");
    let run = Run::of(answer, ask_for_a_stream).await;
    let root = run.root();
    assert_eq!(root.name(), CHAT);
    of_every_call(&root, "RetrieveAndGenerateStream");
    let told_of_it = told(&root);
    assert_eq!(told_of_it["gen_ai.output.messages"], output());
    assert_eq!(
        told_of_it["gen_ai.response.finish_reasons"],
        json!(["stop"])
    );
    assert_eq!(told_of_it["gen_ai.conversation.id"], "session-7");
    assert_eq!(told_of_it["aws.bedrock.guardrail.action"], "NONE");
    assert_eq!(told_of_it["aws.bedrock.stream.completed"], true);
    assert_eq!(told_of_it["aws.bedrock.stream.events"], 5);
    assert_eq!(told_of_it["gen_ai.request.stream"], true);
    assert!(root.has("gen_ai.response.time_to_first_chunk"));
    let search_span = run.named("retrieval KB12345678");
    assert_eq!(told(&search_span), search());
    let generation = generation(&run);
    assert_eq!(told(&generation), generated());
    // The search was over when the first word came.
    assert!(search_span.0.start_time >= root.0.start_time);
    assert_eq!(search_span.0.end_time, generation.0.start_time);
    assert!(generation.0.end_time <= root.0.end_time);
}

#[tokio::test]
async fn a_guardrail_that_stops_the_answer_is_the_reason_for_its_end() {
    let mut body = answer();
    body["guardrailAction"] = json!("INTERVENED");
    let stopped = Answer::json(200, &body);
    let mut before = body.clone();
    before["citations"] = json!([]);
    let unsearched = Answer::json(200, &before);
    for (answer, steps) in [(stopped, 2), (unsearched, 0)] {
        let run = Run::of(answer, ask).await;
        let root = run.root();
        let reasons = root.attribute("gen_ai.response.finish_reasons");
        assert_eq!(reasons, json!(["content_filter"]));
        assert_eq!(root.text("aws.bedrock.guardrail.action"), "INTERVENED");
        // A word of the service's own for it there is not.
        assert!(!root.has("aws.bedrock.stop_reason"));
        // What was stopped before it was searched for has no search.
        assert_eq!(run.spans.len(), 1 + steps);
    }
}

#[tokio::test]
async fn documents_that_the_caller_sends_are_told_by_size_and_place() {
    let run = Run::of(Answer::json(200, &answer()), ask_about_documents).await;
    // Nothing was searched.
    assert_eq!(run.tree(), [CHAT]);
    let root = run.root();
    assert!(!root.has("aws.bedrock.knowledge_base.id"));
    assert_eq!(root.text("aws.bedrock.guardrail.id"), "gr-2");
    assert_eq!(root.attribute("gen_ai.request.temperature"), json!(0.25));
    assert_eq!(
        root.json("gen_ai.input.messages")[0]["parts"],
        json!([
            {"type": "text", "content": QUESTION},
            {
                "type": "blob",
                "modality": "document",
                "mime_type": "text/plain",
                "content": "",
                "byte_size": 7,
            },
            {"type": "uri", "modality": "document", "uri": "s3://handbook/a.pdf"},
        ])
    );
    assert_eq!(root.json("gen_ai.output.messages"), output());
}

#[tokio::test]
async fn without_content_ids_scores_and_reasons_stay() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::with(options, Answer::json(200, &answer()), ask).await;
    let all: Vec<_> = run.spans.iter().map(told).collect();
    let all = json!(all).to_string();
    for text in ["refunds", "Five", "Handbook", "Answer from"] {
        assert!(!all.contains(text), "{text} in {all}");
    }
    let root = run.root();
    let reasons = root.attribute("gen_ai.response.finish_reasons");
    assert_eq!(reasons, json!(["stop"]));
    let search = run.named("retrieval KB12345678");
    assert_eq!(
        search.json("gen_ai.retrieval.documents"),
        json!([{"id": "s3://handbook/r.md"}, {"id": "https://shop.example/faq"}])
    );
}

#[tokio::test]
async fn redaction_sees_what_the_steps_say() {
    let options = MonitorOptions::new().redact_with(|content| {
        let hidden = content
            .text()
            .replace("days", "****")
            .replace("refund", "******");
        content.set_text(hidden);
    });
    let run = Run::with(options, Answer::json(200, &answer()), ask).await;
    assert_eq!(run.spans.len(), 3);
    for span in &run.spans {
        let all = format!("{} {:?}", told(span), span.0.events);
        for text in ["refund", "days"] {
            assert!(!all.contains(text), "{text} in {all}");
        }
    }
}

#[tokio::test]
async fn a_call_that_fails_has_no_steps() {
    let failing = Answer::error(429, "ThrottlingException", "slow down");
    let run = Run::of(failing, ask).await;
    assert_eq!(run.tree(), [CHAT]);
    let root = run.root();
    assert_eq!(root.error().as_deref(), Some("slow down"));
    assert_eq!(root.text("error.type"), "ThrottlingException");
    assert_eq!(root.attribute("aws.bedrock.throttled"), json!(true));
    assert_eq!(root.attribute("http.response.status_code"), json!(429));
    assert_eq!(root.text("gen_ai.conversation.id"), "session-6");
}

#[tokio::test]
async fn a_stream_that_breaks_says_what_came_before() {
    let mut broken: Vec<Frame> = events().into_iter().take(1).collect();
    broken.push(exception(
        "throttlingException",
        &json!({"message": "later"}),
    ));
    let left: Vec<Frame> = events().into_iter().take(2).collect();
    let run = Run::of(Answer::events(broken), ask_for_a_stream).await;
    let root = run.root();
    assert_eq!(root.text("error.type"), "ThrottlingException");
    assert_eq!(root.attribute("aws.bedrock.stream.completed"), json!(false));
    assert_eq!(run.tree().len(), 3);

    let run = Run::of(Answer::events(left).hang_after(2), async |client| {
        let mut stream = stream(&client).await;
        for _ in 0..2 {
            stream.stream.recv().await.expect("an event");
        }
    })
    .await;
    let root = run.root();
    assert_eq!(root.error(), None);
    assert_eq!(root.attribute("aws.bedrock.stream.completed"), json!(false));
    // Nobody said that the answer was over.
    assert!(!root.has("gen_ai.response.finish_reasons"));
}

/// The step of the generation, which has the name of the call.
fn generation(run: &Run) -> Span {
    let steps = run.spans.iter().filter(|span| !span.is_client());
    let mut named = steps.filter(|span| span.name() == CHAT);
    named.next().cloned().expect("a span of the generation")
}
