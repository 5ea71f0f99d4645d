//! `InvokeAgent`: a supervisor with two collaborators.
//!
//! Every run has the same steps: the supervisor asks one collaborator about the
//! order and the other about the rules for refunds, then answers from both.

use std::time::Duration;

use aws_smithy_types::base64;
use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::frames::event;
use super::agent_trace::AgentTrace;

/// Answers `InvokeAgent`.
pub(super) fn invoke(
    agent: &str,
    alias: &str,
    session: &str,
    body: &Value,
) -> Result<Answer, String> {
    let Some(question) = body.get("inputText").and_then(Value::as_str) else {
        return Err("inputText: a text is required".to_owned());
    };
    let enabled = body.get("enableTrace").and_then(Value::as_bool) == Some(true);
    let mut trace = AgentTrace::new(agent, alias, session, enabled);
    run_supervisor(&mut trace, question);
    let mut answer = trace.into_answer();
    for word in ANSWER.split_inclusive(' ') {
        answer.push_pause(Duration::from_millis(10));
        let chunk = json!({ "bytes": base64::encode(word) });
        answer.push_event(event("chunk", &chunk));
    }
    Ok(answer)
}

fn run_supervisor(trace: &mut AgentTrace, question: &str) {
    trace.check_guardrail(Duration::from_millis(40));
    let thought = "The order tells the state of the refund, the rules how long it takes.";
    trace.invoke_model(Duration::from_millis(180), question, thought);
    let order = "What is the state of the refund of order 1042?";
    trace.delegate("orders", order, run_orders);
    let rule = "How long does a refund take after it was approved?";
    trace.delegate("billing", rule, run_billing);
    trace.start_turn();
    trace.invoke_model(Duration::from_millis(240), question, ANSWER);
    trace.finish(ANSWER);
}

/// Looks the order up with a tool.
fn run_orders(trace: &mut AgentTrace, question: &str) -> &'static str {
    trace.invoke_model(Duration::from_millis(150), question, "I look the order up.");
    trace.call_tool(
        Duration::from_millis(60),
        "find_order",
        &json!([{"name": "order", "type": "string", "value": "1042"}]),
        r#"{"order": "1042", "refund": "approved", "approved": "2026-11-20"}"#,
    );
    trace.start_turn();
    trace.invoke_model(Duration::from_millis(120), question, APPROVED);
    trace.finish(APPROVED);
    APPROVED
}

/// Looks the rules up in a knowledge base.
fn run_billing(trace: &mut AgentTrace, question: &str) -> &'static str {
    trace.search_knowledge_base(Duration::from_millis(70), "KBHANDBOOK", question, RULE);
    trace.start_turn();
    trace.invoke_model(Duration::from_millis(130), question, RULE);
    trace.finish(RULE);
    RULE
}

const APPROVED: &str = "The refund of order 1042 was approved on 20 November.";
const RULE: &str = "Refunds reach the bank within five working days of their approval.";
const ANSWER: &str = "Your refund for order 1042 was approved on 20 November and reaches your \
                      bank by 27 November.";
