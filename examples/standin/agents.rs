//! An agent with two collaborators, and the trace of its run.
//!
//! What it does is always the same: it asks one collaborator about the order and
//! the other about the rules for refunds, and answers from both.

use std::time::Duration;

use aws_smithy_types::base64;
use serde_json::{Value, json};

use super::frames::event;
use super::paced::Paced;
use super::reply::Failure;
use super::run::Run;

/// Answers `InvokeAgent`; `path` is what follows `agents/`.
pub(super) fn invoke(path: &str, body: &Value) -> Result<Paced, Failure> {
    let parts: Vec<_> = path.split('/').collect();
    let [agent, "agentAliases", alias, "sessions", session, "text"] = parts.as_slice() else {
        return Err(Failure::not_found(path));
    };
    let Some(question) = body.get("inputText").and_then(Value::as_str) else {
        return Err(Failure::validation("inputText: a text is required"));
    };
    let traced = body.get("enableTrace").and_then(Value::as_bool) == Some(true);
    let mut run = Run::new(agent, alias, session, traced);
    supervise(&mut run, question);
    Ok(answer(run.events()))
}

/// The supervisor: two collaborators, then the answer.
fn supervise(run: &mut Run, question: &str) {
    run.guardrail(Duration::from_millis(40));
    let think = "The order tells the state of the refund, the rules how long it takes.";
    run.model(Duration::from_millis(180), question, think);
    let asked = "What is the state of the refund of order 1042?";
    run.collaborator("orders", asked, orders);
    let asked = "How long does a refund take after it was approved?";
    run.collaborator("billing", asked, billing);
    run.next_turn();
    run.model(Duration::from_millis(240), question, ANSWER);
    run.finish(ANSWER);
}

/// Looks the order up with a tool.
fn orders(run: &mut Run, question: &str) -> &'static str {
    run.model(Duration::from_millis(150), question, "I look the order up.");
    run.tool(
        Duration::from_millis(60),
        "find_order",
        &json!([{"name": "order", "type": "string", "value": "1042"}]),
        r#"{"order": "1042", "refund": "approved", "approved": "2026-11-20"}"#,
    );
    run.next_turn();
    run.model(Duration::from_millis(120), question, APPROVED);
    run.finish(APPROVED);
    APPROVED
}

/// Looks the rules up in a knowledge base.
fn billing(run: &mut Run, question: &str) -> &'static str {
    run.knowledge_base(Duration::from_millis(70), "KBHANDBOOK", question, RULE);
    run.next_turn();
    run.model(Duration::from_millis(130), question, RULE);
    run.finish(RULE);
    RULE
}

/// The answer in pieces, after what led to it.
fn answer(events: Paced) -> Paced {
    ANSWER.split_inclusive(' ').fold(events, |events, word| {
        let chunk = json!({ "bytes": base64::encode(word) });
        events.after(Duration::from_millis(10), event("chunk", chunk))
    })
}

const APPROVED: &str = "The refund of order 1042 was approved on 20 November.";
const RULE: &str = "Refunds reach the bank within five working days of their approval.";
const ANSWER: &str = "Your refund for order 1042 was approved on 20 November and reaches your \
                      bank by 27 November.";
