//! What is asked of a flow, and what it answers.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{FlowInput, FlowInputContent};
use aws_smithy_types::Document;
use serde_json::{Value, json};

use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{Frame, event};
use crate::support::typed::document;

pub(super) fn answer(frames: Vec<Frame>) -> Answer {
    Answer::events(frames).header("x-amz-bedrock-flow-execution-id", "run-1")
}

pub(super) fn run_of_nodes() -> Vec<Frame> {
    let action = json!({
        "nodeName": "Ask",
        "timestamp": at(200),
        "requestId": "request-9",
        "serviceName": "bedrock-runtime",
        "operationName": "InvokeModel",
        "operationRequest": {"prompt": "late?"},
        "operationResponse": {"text": "no"},
    });
    let decision = json!({
        "nodeName": "Choose",
        "timestamp": at(420),
        "satisfiedConditions": [{"conditionName": "in_time"}],
    });
    let asked = json!({"orchestrationTrace": {"modelInvocationInput": {
        "traceId": "t-1",
        "text": "Is it late?",
        "foundationModel": "amazon.nova-lite-v1:0",
    }}});
    let agents = json!({
        "nodeName": "Agent",
        "timestamp": at(800),
        "traceElements": {"agentTraces": [{"eventTime": at(500), "trace": asked}]},
    });
    let question = field("nodeInputName", "question", &json!("Is it late?"));
    let order = field("nodeInputName", "order", &json!({"id": 1042}));
    let said = field("nodeOutputName", "said", &json!("Not yet."));
    vec![
        node_input("Ask", 10, &json!([question, order])),
        trace("nodeActionTrace", &action),
        node_output("Ask", 400, &json!([said])),
        node_input("Choose", 410, &json!([])),
        trace("conditionNodeResultTrace", &decision),
        node_input("Agent", 430, &json!([])),
        trace("nodeDependencyTrace", &agents),
        node_output("Agent", 900, &json!([])),
        output(&json!("Not yet.")),
        output(&json!({"late": false})),
        completed("SUCCESS"),
    ]
}

fn trace(kind: &str, part: &Value) -> Frame {
    event("flowTraceEvent", &json!({"trace": {kind: part}}))
}

fn field(kind: &str, name: &str, document: &Value) -> Value {
    json!({kind: name, "content": {"document": document}})
}

pub(super) fn node_input(node: &str, millis: u64, fields: &Value) -> Frame {
    let part = json!({"nodeName": node, "timestamp": at(millis), "fields": fields});
    trace("nodeInputTrace", &part)
}

pub(super) fn node_output(node: &str, millis: u64, fields: &Value) -> Frame {
    let part = json!({"nodeName": node, "timestamp": at(millis), "fields": fields});
    trace("nodeOutputTrace", &part)
}

pub(super) fn output(document: &Value) -> Frame {
    let end = json!({
        "nodeName": "End",
        "nodeType": "FlowOutputNode",
        "content": {"document": document},
    });
    event("flowOutputEvent", &end)
}

pub(super) fn completed(reason: &str) -> Frame {
    let reason = json!({ "completionReason": reason });
    event("flowCompletionEvent", &reason)
}

/// A moment of the run: so many milliseconds after it began.
fn at(millis: u64) -> String {
    format!("2026-11-23T12:00:00.{millis:03}Z")
}

fn input(node: &str, content: Document) -> FlowInput {
    let input = FlowInput::builder().node_name(node);
    let input = input.content(FlowInputContent::Document(content));
    input.build().expect("an input")
}

pub(super) fn flow(
    client: &Client,
) -> aws_sdk_bedrockagentruntime::operation::invoke_flow::builders::InvokeFlowFluentBuilder {
    client
        .invoke_flow()
        .flow_identifier("FLOW123456")
        .flow_alias_identifier("LIVE")
        .enable_trace(true)
        .inputs(input("In", Document::from("Is it late?")))
        .inputs(input("Order", document(&json!({"order": 1042}))))
}

pub(super) async fn invoke(client: Client) {
    // Some are answered with errors, which are the caller's.
    if let Ok(mut answer) = flow(&client).send().await {
        while let Ok(Some(_)) = answer.response_stream.recv().await {}
    }
}
