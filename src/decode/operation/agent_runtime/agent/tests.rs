//! Random traces: parts in any order, damaged, duplicated, of agents whose
//! invocation is missing. None may panic, and each becomes a tree.

use serde_json::{Value, json};

use super::invoke_agent::EVENTS;
use crate::record::json::Json;
use crate::record::{Call, Step};

const RUNS: usize = 10_000;

#[test]
fn random_trace_becomes_a_tree() {
    let parts = parts();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..RUNS {
        let mut call = Call::new(None, [None, Some(64)][random.usize(..2)]).streaming();
        for _ in 0..random.usize(..12) {
            let mut part = random.choice(&parts).unwrap().clone();
            if random.bool() {
                damage(&mut part, &parts, &mut random);
            }
            let body = part.to_string();
            let name = *random
                .choice(&["trace", "trace", "trace", "chunk", "returnControl"])
                .unwrap();
            let (_, read) = EVENTS.iter().find(|(known, _)| *known == name).unwrap();
            read(&Json::parse(body.as_bytes()).unwrap(), &mut call);
        }
        for step in &mut call.steps {
            step.extend_over_children();
            assert_step_spans_children(step);
        }
        let counts = [call.usage.input_tokens(), call.usage.output];
        assert!(counts.into_iter().flatten().all(|count| count >= 0));
    }
}

/// A step starts before and ends after the steps below it.
fn assert_step_spans_children(step: &Step) {
    assert!(step.started <= step.ended);
    for inner in &step.call.steps {
        assert!(step.started <= inner.started && inner.ended <= step.ended);
        assert_step_spans_children(inner);
    }
}

/// Replaces or removes one value.
fn damage(value: &mut Value, others: &[Value], random: &mut fastrand::Rng) {
    match value {
        Value::Object(members) if !members.is_empty() && random.usize(..6) != 0 => {
            let key = members.keys().nth(random.usize(..members.len())).cloned();
            let key = key.unwrap();
            if random.usize(..8) == 0 {
                members.remove(&key);
            } else if let Some(member) = members.get_mut(&key) {
                damage(member, others, random);
            }
        }
        Value::Array(items) if !items.is_empty() && random.usize(..6) != 0 => {
            let at = random.usize(..items.len());
            damage(&mut items[at], others, random);
        }
        _ => {
            *value = match random.usize(..6) {
                0 => Value::Null,
                1 => json!(-1),
                2 => json!(1e300),
                3 => json!("2026-11-23T99:99:99Z"),
                4 => json!([]),
                _ => random.choice(others).unwrap().clone(),
            };
        }
    }
}

/// A part of each kind: of the invoked agent, of its collaborator, of the
/// collaborator's collaborator.
fn parts() -> Vec<Value> {
    let alias =
        |name: &str| json!({"agentAliasArn": format!("arn:aws:bedrock:::agent-alias/{name}/1")});
    let chains = [
        json!([alias("A")]),
        json!([alias("A"), alias("B")]),
        json!([alias("A"), alias("B"), alias("C")]),
        json!(null),
    ];
    let times = json!({
        "startTime": "2026-11-23T12:00:01Z",
        "endTime": "2026-11-23T12:00:00Z",
        "usage": {"inputTokens": 3, "outputTokens": 0},
    });
    let traces = [
        json!({"orchestrationTrace": {"modelInvocationInput": {"traceId": "1", "text": "{\"messages\":[]}"}}}),
        json!({"orchestrationTrace": {"modelInvocationOutput": {"traceId": "1", "metadata": times, "rawResponse": {"content": "{}"}}}}),
        json!({"orchestrationTrace": {"rationale": {"traceId": "1", "text": "because"}}}),
        json!({"orchestrationTrace": {"invocationInput": {"traceId": "1", "actionGroupInvocationInput": {"function": "f", "parameters": [{"name": "a", "value": "b"}]}}}}),
        json!({"orchestrationTrace": {"invocationInput": {"traceId": "1", "knowledgeBaseLookupInput": {"knowledgeBaseId": "K", "text": "q"}}}}),
        json!({"orchestrationTrace": {"invocationInput": {"traceId": "2", "codeInterpreterInvocationInput": {"code": "1"}}}}),
        json!({"orchestrationTrace": {"invocationInput": {"traceId": "1", "agentCollaboratorInvocationInput": {"agentCollaboratorName": "b", "agentCollaboratorAliasArn": "arn:aws:bedrock:::agent-alias/B/1", "input": {"text": "?"}}}}}),
        json!({"orchestrationTrace": {"observation": {"traceId": "1", "actionGroupInvocationOutput": {"text": "x", "metadata": times}}}}),
        json!({"orchestrationTrace": {"observation": {"traceId": "1", "knowledgeBaseLookupOutput": {"retrievedReferences": [{"content": {"text": "t"}}]}}}}),
        json!({"orchestrationTrace": {"observation": {"traceId": "1", "agentCollaboratorInvocationOutput": {"agentCollaboratorName": "b", "output": {"text": "!"}, "metadata": times}}}}),
        json!({"orchestrationTrace": {"observation": {"traceId": "2", "finalResponse": {"text": "done"}}}}),
        json!({"routingClassifierTrace": {"observation": {"traceId": "3", "codeInterpreterInvocationOutput": {"executionTimeout": true}}}}),
        json!({"guardrailTrace": {"action": "INTERVENED", "inputAssessments": [{"topicPolicy": {"topics": [{"name": "t", "action": "BLOCKED"}]}}], "metadata": times}}),
        json!({"failureTrace": {"traceId": "1", "failureReason": "no", "failureCode": 400, "metadata": times}}),
        json!({"customOrchestrationTrace": {"traceId": "4", "event": {"text": "e"}}}),
    ];
    let mut parts = Vec::new();
    for trace in &traces {
        for chain in &chains {
            parts.push(json!({
                "callerChain": chain,
                "collaboratorName": "b",
                "eventTime": "2026-11-23T12:00:00.5Z",
                "agentId": "A",
                "trace": trace,
            }));
        }
    }
    parts.push(
        json!({"bytes": "aGk=", "attribution": {"citations": [{"retrievedReferences": [{}]}]}}),
    );
    parts.push(json!({"invocationId": "i", "invocationInputs": [{"apiInvocationInput": {"apiPath": "/"}}]}));
    parts
}
