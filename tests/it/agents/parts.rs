//! Parts of an agent's trace, as they are on the wire.

#![expect(clippy::indexing_slicing, reason = "helpers of tests")]

use aws_smithy_types::base64;
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event};

pub(super) const SUPERVISOR: &str = "arn:aws:bedrock:us-east-1:123456789012:agent-alias/SUP/LIVE";
pub(super) const ORDERS: &str = "arn:aws:bedrock:us-east-1:123456789012:agent-alias/ORD/V3";
pub(super) const BILLING: &str = "arn:aws:bedrock:us-east-1:123456789012:agent-alias/BIL/V1";

/// A moment of the run: so many milliseconds after noon.
pub(super) fn at(millis: u64) -> String {
    let (seconds, millis) = (millis / 1000, millis % 1000);
    format!("2026-11-23T12:00:{seconds:02}.{millis:03}Z")
}

pub(super) fn times(began: u64, ended: u64) -> Value {
    json!({
        "clientRequestId": "6f2c",
        "startTime": at(began),
        "endTime": at(ended),
        "totalTimeMs": ended - began,
    })
}

/// A part of the trace of the last of these agents.
pub(super) fn trace(chain: &[&str], name: Option<&str>, when: u64, part: &Value) -> Frame {
    let chain: Vec<_> = chain
        .iter()
        .map(|alias| json!({ "agentAliasArn": alias }))
        .collect();
    let mut payload = json!({
        "agentId": "SUP",
        "agentAliasId": "LIVE",
        "agentVersion": "7",
        "sessionId": "session-1",
        "callerChain": chain,
        "eventTime": at(when),
        "trace": part,
    });
    if let Some(name) = name {
        payload["collaboratorName"] = json!(name);
        payload["agentId"] = Value::Null;
        payload["agentAliasId"] = Value::Null;
    }
    event("trace", &payload)
}

/// One member of an orchestration trace.
pub(super) fn orchestration(kind: &str, id: &str, mut part: Value) -> Value {
    part["traceId"] = json!(id);
    json!({"orchestrationTrace": {kind: part}})
}

pub(super) fn asked(id: &str, text: &str) -> Value {
    let part = json!({
        "foundationModel": "anthropic.claude-3-5-haiku-20241022-v1:0",
        "inferenceConfiguration": {
            "temperature": 0.0,
            "topP": 1.0,
            "topK": 250,
            "maximumLength": 2048,
            "stopSequences": ["</answer>"],
        },
        "text": json!({
            "system": "You help.",
            "messages": [{"role": "user", "content": text}],
        }).to_string(),
        "type": "ORCHESTRATION",
    });
    orchestration("modelInvocationInput", id, part)
}

pub(super) fn answered(
    id: &str,
    text: &str,
    (began, ended): (u64, u64),
    tokens: [i64; 2],
) -> Value {
    let [input, output] = tokens;
    let mut metadata = times(began, ended);
    metadata["usage"] = json!({"inputTokens": input, "outputTokens": output});
    let content = json!({
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": input, "output_tokens": output},
    });
    let part = json!({
        "metadata": metadata,
        "rawResponse": {"content": content.to_string()},
    });
    orchestration("modelInvocationOutput", id, part)
}

pub(super) fn called(id: &str, name: &str, alias: &str, question: &str) -> Value {
    let input = json!({
        "agentCollaboratorName": name,
        "agentCollaboratorAliasArn": alias,
        "input": {"type": "TEXT", "text": question},
    });
    let part = json!({
        "invocationType": "AGENT_COLLABORATOR",
        "agentCollaboratorInvocationInput": input,
    });
    orchestration("invocationInput", id, part)
}

pub(super) fn returned(
    id: &str,
    name: &str,
    alias: &str,
    answer: &str,
    (began, ended): (u64, u64),
) -> Value {
    let output = json!({
        "agentCollaboratorName": name,
        "agentCollaboratorAliasArn": alias,
        "output": {"type": "TEXT", "text": answer},
        "metadata": times(began, ended),
    });
    let part = json!({
        "type": "AGENT_COLLABORATOR",
        "agentCollaboratorInvocationOutput": output,
    });
    orchestration("observation", id, part)
}

pub(super) fn chunk(text: &str) -> Frame {
    event("chunk", &json!({ "bytes": base64::encode(text) }))
}
