//! Flows: what went in, what came out, and what the nodes did.

use std::time::{Duration, SystemTime};

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{FlowInput, FlowInputContent};
use aws_smithy_types::Document;
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Run, of_every_call, told};
use crate::support::bedrock::Answer;
use crate::support::frames::{Frame, event, exception};
use crate::support::typed::document;

#[tokio::test]
async fn a_flow_says_what_went_in_and_what_came_out() {
    let run = Run::of(answer(run_of_nodes()), invoke).await;
    let root = run.root();
    assert_eq!(root.name(), "invoke_workflow FLOW123456");
    of_every_call(&root, "InvokeFlow");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "invoke_workflow",
            "aws.bedrock.flow.id": "FLOW123456",
            "aws.bedrock.flow.alias_id": "LIVE",
            "aws.bedrock.flow.execution.id": "run-1",
            "aws.bedrock.stop_reason": "SUCCESS",
            "aws.bedrock.stream.completed": true,
            "aws.bedrock.stream.events": 11,
            "gen_ai.request.stream": true,
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.input.messages": [{
                "role": "user",
                "parts": [
                    {"type": "text", "content": "Is it late?"},
                    {"type": "text", "content": "{\"order\":1042}"},
                ],
            }],
            "gen_ai.output.messages": [{
                "role": "assistant",
                "parts": [
                    {"type": "text", "content": "Not yet."},
                    {"type": "text", "content": "{\"late\":false}"},
                ],
                "finish_reason": "stop",
            }],
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn the_nodes_of_a_flow_are_its_steps() {
    let run = Run::of(answer(run_of_nodes()), invoke).await;
    assert_eq!(
        run.tree(),
        [
            "invoke_workflow FLOW123456",
            "  Ask",
            "    bedrock-runtime.InvokeModel",
            "  Choose",
            "  Agent",
            "    orchestration",
            "      chat amazon.nova-lite-v1:0",
        ]
    );
    for (node, began, ended) in [("Ask", 10, 400), ("Choose", 410, 420), ("Agent", 430, 900)] {
        let span = run.named(node);
        assert_eq!(span.0.start_time, moment(began), "{node}");
        assert_eq!(span.0.end_time, moment(ended), "{node}");
    }
    assert_eq!(
        told(&run.named("Ask")),
        json!({
            "aws.bedrock.flow.node.name": "Ask",
            "gen_ai.input.messages": [{
                "role": "user",
                "parts": [
                    {"type": "field", "name": "question", "content": "Is it late?"},
                    {"type": "field", "name": "order", "content": "{\"id\":1042}"},
                ],
            }],
            "gen_ai.output.messages": [{
                "role": "assistant",
                "parts": [{"type": "text", "content": "Not yet."}],
            }],
        })
    );
    let conditions = run.named("Choose").attribute("aws.bedrock.flow.conditions");
    assert_eq!(conditions, json!(["in_time"]));
}

#[tokio::test]
async fn a_call_that_a_node_makes_is_told_by_its_names_and_its_content() {
    let run = Run::of(answer(run_of_nodes()), invoke).await;
    let action = run.named("bedrock-runtime.InvokeModel");
    assert_eq!(action.text("rpc.service"), "bedrock-runtime");
    assert_eq!(action.text("rpc.method"), "InvokeModel");
    assert_eq!(action.text("aws.request_id"), "request-9");
    let input = action.json("gen_ai.input.messages");
    assert_eq!(input[0]["parts"][0]["content"], "{\"prompt\":\"late?\"}");
    let output = action.json("gen_ai.output.messages");
    assert_eq!(output[0]["parts"][0]["content"], "{\"text\":\"no\"}");
    assert_eq!(action.0.start_time, moment(200));
}

#[tokio::test]
async fn a_node_that_runs_again_has_a_step_for_each_run() {
    let mut frames = Vec::new();
    for round in 0..3 {
        frames.push(node_input("Loop", 100 * round, &json!([])));
        frames.push(node_output("Loop", 100 * round + 50, &json!([])));
    }
    // And one that nobody saw begin.
    frames.push(node_output("End", 500, &json!([])));
    frames.push(completed("SUCCESS"));
    let run = Run::of(answer(frames), invoke).await;
    let steps = run.tree().split_off(1);
    assert_eq!(steps, ["  Loop", "  Loop", "  Loop", "  End"]);
    let loops = run.spans.iter().filter(|span| span.name() == "Loop");
    for span in loops {
        assert_eq!(span.duration(), Duration::from_millis(50));
    }
}

#[tokio::test]
async fn a_flow_that_asks_back_says_so() {
    let question = json!({
        "nodeName": "Agent",
        "nodeType": "ConditionNode",
        "content": {"document": "Which order?"},
    });
    let frames = vec![
        event("flowMultiTurnInputRequestEvent", &question),
        completed("INPUT_REQUIRED"),
    ];
    let run = Run::of(answer(frames), invoke).await;
    let root = run.root();
    let output = root.json("gen_ai.output.messages");
    assert_eq!(output[0]["parts"][0]["content"], "Which order?");
    let reasons = root.attribute("gen_ai.response.finish_reasons");
    assert_eq!(reasons, json!(["input_required"]));
    assert_eq!(root.text("aws.bedrock.stop_reason"), "INPUT_REQUIRED");
}

#[tokio::test]
async fn a_flow_that_nobody_reads_to_the_end_is_over_once_it_is_complete() {
    let frames = vec![output(&json!("Done.")), completed("SUCCESS")];
    for (read, complete) in [(1, false), (2, true)] {
        let answer = answer(frames.clone()).hang_after(2);
        let run = Run::of(answer, async |client| {
            let mut stream = flow(&client).send().await.expect("a stream");
            for _ in 0..read {
                stream.response_stream.recv().await.expect("an event");
            }
        })
        .await;
        let completed = run.root().attribute("aws.bedrock.stream.completed");
        assert_eq!(completed, json!(complete));
        assert_eq!(run.root().error(), None);
    }
}

#[tokio::test]
async fn a_flow_that_fails_says_why_and_keeps_its_steps() {
    let frames = vec![
        node_input("Ask", 10, &json!([])),
        exception(
            "dependencyFailedException",
            &json!({"message": "no lambda"}),
        ),
    ];
    let run = Run::of(answer(frames), invoke).await;
    let root = run.root();
    assert_eq!(root.text("error.type"), "DependencyFailedException");
    assert_eq!(run.tree(), ["invoke_workflow FLOW123456", "  Ask"]);

    let throttled = Answer::error(429, "ThrottlingException", "slow down");
    let run = Run::of(throttled, invoke).await;
    assert_eq!(run.root().text("error.type"), "ThrottlingException");
    assert_eq!(run.root().attribute("aws.bedrock.throttled"), json!(true));
}

#[tokio::test]
async fn without_content_the_nodes_keep_their_names_and_times() {
    let options = MonitorOptions::new().capture(ContentCapture::None);
    let run = Run::with(options, answer(run_of_nodes()), invoke).await;
    assert_eq!(run.tree().len(), 7);
    let all: Vec<_> = run.spans.iter().map(told).collect();
    let all = json!(all).to_string();
    for text in ["late", "1042", "Not yet"] {
        assert!(!all.contains(text), "{text} in {all}");
    }
}

fn answer(frames: Vec<Frame>) -> Answer {
    Answer::events(frames).header("x-amz-bedrock-flow-execution-id", "run-1")
}

fn run_of_nodes() -> Vec<Frame> {
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

fn node_input(node: &str, millis: u64, fields: &Value) -> Frame {
    let part = json!({"nodeName": node, "timestamp": at(millis), "fields": fields});
    trace("nodeInputTrace", &part)
}

fn node_output(node: &str, millis: u64, fields: &Value) -> Frame {
    let part = json!({"nodeName": node, "timestamp": at(millis), "fields": fields});
    trace("nodeOutputTrace", &part)
}

fn output(document: &Value) -> Frame {
    let end = json!({
        "nodeName": "End",
        "nodeType": "FlowOutputNode",
        "content": {"document": document},
    });
    event("flowOutputEvent", &end)
}

fn completed(reason: &str) -> Frame {
    let reason = json!({ "completionReason": reason });
    event("flowCompletionEvent", &reason)
}

/// A moment of the run: so many milliseconds after it began.
fn at(millis: u64) -> String {
    format!("2026-11-23T12:00:00.{millis:03}Z")
}

fn moment(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_435_200_000 + millis)
}

fn input(node: &str, content: Document) -> FlowInput {
    let input = FlowInput::builder().node_name(node);
    let input = input.content(FlowInputContent::Document(content));
    input.build().expect("an input")
}

fn flow(
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

async fn invoke(client: Client) {
    // Some are answered with errors, which are the caller's.
    if let Ok(mut answer) = flow(&client).send().await {
        while let Ok(Some(_)) = answer.response_stream.recv().await {}
    }
}
