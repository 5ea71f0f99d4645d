//! Flows: what went in, what came out, and what the nodes did.

use std::time::{Duration, SystemTime};

use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::json;

use super::{Run, of_every_call, told};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{event, exception};

mod wire;

use wire::{answer, completed, flow, invoke, node_input, node_output, output, run_of_nodes};

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
async fn media_in_documents_of_a_flow_are_not_copied() {
    let document = json!({
        "order": 1042,
        "image": {"format": "png", "source": {"bytes": "U0VDUkVU"}},
        "link": "https://media.example/a.png?X-Amz-Signature=U0VDUkVU",
    });
    let frames = vec![
        output(&document),
        output(&json!("data:image/png;base64,U0VDUkVU")),
        completed("SUCCESS"),
    ];
    let run = Run::of(answer(frames), invoke).await;
    let parts = run.root().json("gen_ai.output.messages")[0]["parts"].clone();
    let cleaned = json!({
        "order": 1042,
        "image": {"format": "png", "source": {"bytes": "[base64, 6 bytes]"}},
        "link": "https://media.example/a.png",
    });
    let text = parts[0]["content"].as_str().unwrap_or_default();
    assert_eq!(serde_json::from_str(text).ok(), Some(cleaned));
    assert_eq!(parts[1]["content"], "[image/png, 6 bytes]");
    assert!(!format!("{:?}", run.spans).contains("U0VDUkVU"));
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
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::with(options, answer(run_of_nodes()), invoke).await;
    assert_eq!(run.tree().len(), 7);
    let all: Vec<_> = run.spans.iter().map(told).collect();
    let all = json!(all).to_string();
    for text in ["late", "1042", "Not yet"] {
        assert!(!all.contains(text), "{text} in {all}");
    }
}

fn moment(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_435_200_000 + millis)
}
