//! Calls side by side, without and with monitoring: what the caller gets, and
//! but for the name of the span what the service gets, is the same.

use std::fmt::{Debug, Write as _};

use aws_sdk_bedrockagentcore::Client;
use aws_sdk_bedrockagentcore::error::DisplayErrorContext;
use nr_bedrock_observability::monitor_bedrock;
use serde_json::json;

use crate::support::mock_bedrock::frames::{error_message, event, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock, Request};
use crate::support::spans::Spans;

const OPERATIONS: [&str; 5] = [
    "InvokeAgentRuntimeCommand",
    "InvokeCodeInterpreter",
    "InvokeHarness",
    "RetrieveMemoryRecords",
    "StartBrowserSession",
];

#[tokio::test]
async fn callers_and_service_notice_nothing_but_the_name_of_the_span() {
    for operation in OPERATIONS {
        for (name, answer) in answers() {
            let spans = Spans::collect();
            let (plain, sent) = outcome(operation, &answer, false).await;
            assert!(spans.bedrock().is_empty(), "{operation}, {name}");
            let (monitored, sent_again) = outcome(operation, &answer, true).await;
            assert_eq!(plain, monitored, "{operation}, {name}");
            assert_eq!(sent, sent_again, "{operation}, {name}");
            assert_eq!(spans.bedrock().len(), 1, "{operation}, {name}");
        }
    }
}

fn answers() -> Vec<(&'static str, Answer)> {
    let frames = || {
        vec![
            event("messageStart", &json!({"role": "assistant"})),
            event(
                "result",
                &json!({"content": [{"type": "text", "text": "42"}]}),
            ),
            event("chunk", &json!({"contentDelta": {"stdout": "42"}})),
            event("novelty", &json!([1])),
            event("messageStop", &json!({"stopReason": "end_turn"})),
        ]
    };
    let failing = |frame| {
        let mut frames = frames();
        frames.push(frame);
        Answer::events(frames)
    };
    let refused = exception(
        "validationException",
        &json!({"message": "no", "reason": "x"}),
    );
    vec![
        ("good events", Answer::events(frames())),
        ("in small pieces", Answer::events(frames()).pieces(31)),
        ("cut", Answer::events(frames()).cut_after(200)),
        ("damaged", Answer::events(frames()).corrupt_frame(1)),
        ("exception", failing(refused)),
        ("error", failing(error_message("InternalError", "odd"))),
        ("no events", Answer::events(Vec::new())),
        (
            "throttled",
            Answer::error(429, "ThrottlingException", "too fast"),
        ),
        (
            "not modelled",
            Answer::error(418, "TeapotException", "short and stout"),
        ),
        ("an empty object", Answer::json(200, &json!({}))),
        (
            "of another shape",
            Answer::json(200, &json!([{"sessionId": 1}])),
        ),
        ("garbage", Answer::bytes(200, "application/json", "}{")),
    ]
}

/// What the caller saw, in words, and what the service was sent.
async fn outcome(operation: &str, answer: &Answer, monitored: bool) -> (String, Vec<String>) {
    let server = MockBedrock::start().await;
    server.queue_answer(answer.clone());
    let mut config = server.agentcore_config();
    if monitored {
        config = monitor_bedrock(config);
    }
    let client = Client::from_conf(config.build());
    let mut saw = String::new();
    match operation {
        "InvokeAgentRuntimeCommand" => {
            let call = client
                .invoke_agent_runtime_command()
                .agent_runtime_arn("bot");
            if let Some(mut output) = begin(call.send().await, &mut saw) {
                while step(output.stream.recv().await, &mut saw) {}
            }
        }
        "InvokeCodeInterpreter" => {
            let call = client
                .invoke_code_interpreter()
                .code_interpreter_identifier("c");
            if let Some(mut output) = begin(call.send().await, &mut saw) {
                while step(output.stream.recv().await, &mut saw) {}
            }
        }
        "InvokeHarness" => {
            let call = client.invoke_harness().harness_arn("arn");
            if let Some(mut output) = begin(call.send().await, &mut saw) {
                while step(output.stream.recv().await, &mut saw) {}
            }
        }
        "RetrieveMemoryRecords" => {
            let call = client.retrieve_memory_records().memory_id("m").send().await;
            let _ = writeln!(saw, "{:?}", begin(call, &mut String::new()).is_some());
        }
        _ => {
            let call = client.start_browser_session().browser_identifier("b");
            let call = call.client_token("token").send().await;
            let output = begin(call, &mut saw);
            let _ = writeln!(saw, "{output:?}");
        }
    }
    let host = server.addr().to_string();
    let sent = server
        .requests()
        .into_iter()
        .map(|request| steady(request, &host));
    (saw.replace(&host, "HOST"), sent.collect())
}

/// The output, or in words why there is none.
fn begin<T, E: std::error::Error>(result: Result<T, E>, saw: &mut String) -> Option<T> {
    if let Err(error) = &result {
        let _ = writeln!(saw, "{}", DisplayErrorContext(error));
    }
    result.ok()
}

/// Notes one step of reading a stream; whether there may be another.
fn step<T: Debug, E: std::error::Error>(step: Result<Option<T>, E>, saw: &mut String) -> bool {
    let more = matches!(step, Ok(Some(_)));
    let _ = match step {
        Ok(event) => writeln!(saw, "{event:?}"),
        Err(error) => writeln!(saw, "{}", DisplayErrorContext(&error)),
    };
    more
}

/// A request without what differs between any two (where the caller names no
/// session, the SDK makes one up), and without the span.
fn steady(request: Request, host: &str) -> String {
    let mut headers = request.headers;
    headers.retain(|(name, _)| !VARYING.contains(&name.as_str()));
    headers.sort();
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} {headers:?} {body}", request.method, request.path).replace(host, "HOST")
}

const VARYING: [&str; 8] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "traceparent",
    "user-agent",
    "x-amz-date",
    "x-amz-user-agent",
    "x-amzn-bedrock-agentcore-runtime-session-id",
];
