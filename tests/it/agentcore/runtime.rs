//! InvokeAgentRuntime: the answer is a body of the agent's own making.

use std::time::Duration;

use aws_sdk_bedrockagentcore::Client;
use aws_sdk_bedrockagentcore::error::DisplayErrorContext;
use aws_sdk_bedrockagentcore::operation::invoke_agent_runtime::builders::InvokeAgentRuntimeFluentBuilder;
use aws_sdk_bedrockagentcore::primitives::Blob;
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::spans::Span;

const ARN: &str = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/support_bot-a1B2c3D4e5";
const SESSION: &str = "x-amzn-bedrock-agentcore-runtime-session-id";

#[tokio::test]
async fn the_span_names_the_agent_its_session_and_the_forms_that_it_speaks() {
    let answer = Answer::chunks(
        "text/event-stream",
        &["data: \"By \"\n\n", "data: \"Friday.\"\n\n"],
    );
    let core = Core::answering(answer.pause_after(1, Duration::from_millis(80))).await;
    let call = asks(&core.client)
        .qualifier("prod")
        .runtime_session_id("session-1");
    let output = call.mcp_session_id("mcp-1").send().await.unwrap();
    assert!(core.spans.bedrock().is_empty(), "the body is not read yet");
    let body = output.response.collect().await.unwrap().to_vec();
    assert_eq!(body, b"data: \"By \"\n\ndata: \"Friday.\"\n\n");

    let span = core.spans.one();
    assert_eq!(span.name(), "invoke_agent support_bot");
    assert!(span.is_client());
    let expected = [
        ("gen_ai.operation.name", json!("invoke_agent")),
        ("gen_ai.provider.name", json!("aws.bedrock")),
        ("gen_ai.agent.id", json!("support_bot-a1B2c3D4e5")),
        ("gen_ai.agent.name", json!("support_bot")),
        ("gen_ai.conversation.id", json!("session-1")),
        ("mcp.session.id", json!("mcp-1")),
        ("aws.bedrock.agentcore.runtime.arn", json!(ARN)),
        ("aws.bedrock.agentcore.qualifier", json!("prod")),
        (
            "aws.bedrock.agentcore.request.media_type",
            json!("application/json"),
        ),
        (
            "aws.bedrock.agentcore.response.media_type",
            json!("text/event-stream"),
        ),
        ("aws.bedrock.stream.bytes", json!(30)),
        ("aws.bedrock.stream.completed", json!(true)),
        ("aws.request_id", json!(REQUEST_ID)),
        ("http.response.status_code", json!(200)),
        ("rpc.method", json!("InvokeAgentRuntime")),
        // What passes has no form that is known.
        ("aws.bedrock.stream.events", Value::Null),
        ("gen_ai.request.stream", Value::Null),
        ("gen_ai.input.messages", Value::Null),
        ("gen_ai.output.messages", Value::Null),
    ];
    says(&span, &expected);
    let first = span
        .attribute("gen_ai.response.time_to_first_chunk")
        .as_f64();
    let whole = span.duration();
    assert!(
        first.is_some_and(|first| first + 0.07 < whole.as_secs_f64()),
        "{first:?} of {whole:?}"
    );
    let told = format!("{span:?}");
    assert!(
        !told.contains("Friday") && !told.contains("refund"),
        "{told}"
    );
}

#[tokio::test]
async fn a_session_that_the_service_began_is_the_conversation() {
    let answer = Answer::json(200, &json!({"result": 1})).header(SESSION, "begun-1");
    let core = Core::answering(answer).await;
    drop(read(asks(&core.client), Reader::ToTheEnd).await);
    assert_eq!(core.spans.one().text("gen_ai.conversation.id"), "begun-1");
}

#[derive(Clone, Copy, Debug)]
enum Reader {
    ToTheEnd,
    /// Reads so many chunks, then drops the body.
    Leaves(usize),
}

/// Whatever happens to the body, its span ends once and says how, and the
/// caller and the service see what they would have seen without.
#[tokio::test]
async fn every_ending_of_the_body_ends_the_span_once() {
    let whole = || Answer::chunks("application/octet-stream", &["one", "two", "three"]);
    let cases = [
        (
            "read to the end",
            whole(),
            Reader::ToTheEnd,
            None,
            json!(true),
            json!(11),
        ),
        (
            "in small pieces",
            whole().pieces(2),
            Reader::ToTheEnd,
            None,
            json!(true),
            json!(11),
        ),
        (
            "empty",
            Answer::bytes(200, "text/plain", ""),
            Reader::ToTheEnd,
            None,
            json!(true),
            json!(0),
        ),
        (
            "dropped early",
            whole().hang_after(1),
            Reader::Leaves(1),
            None,
            json!(false),
            json!(3),
        ),
        (
            "dropped unread",
            whole().hang_after(1),
            Reader::Leaves(0),
            None,
            json!(false),
            json!(0),
        ),
        (
            "cut",
            whole().cut_after(6),
            Reader::ToTheEnd,
            Some("connection"),
            json!(false),
            json!(6),
        ),
        (
            "all of a known length, and no more asked",
            Answer::bytes(200, "text/plain", "one"),
            Reader::Leaves(1),
            None,
            json!(true),
            json!(3),
        ),
        (
            "throttled",
            Answer::error(429, "ThrottlingException", "too fast"),
            Reader::ToTheEnd,
            Some("ThrottlingException"),
            Value::Null,
            json!(0),
        ),
        (
            "the agent's own code failed",
            Answer::error(424, "RuntimeClientError", "exit 1"),
            Reader::ToTheEnd,
            Some("RuntimeClientError"),
            Value::Null,
            json!(0),
        ),
    ];
    for (name, answer, reader, error, completed, bytes) in cases {
        let plain = MockBedrock::start().await;
        plain.set_answer(answer.clone());
        let without = Client::from_conf(plain.agentcore_config().build());
        let without = read(asks(&without), reader).await;

        let core = Core::answering(answer).await;
        let with = read(asks(&core.client), reader).await;
        assert_eq!(with, without, "{name}");
        core.spans.wait_for(1).await;
        let span = core.spans.one();
        assert_eq!(span.attribute("error.type"), json!(error), "{name}");
        assert_eq!(span.error().is_some(), error.is_some(), "{name}");
        assert_eq!(
            span.attribute("aws.bedrock.stream.completed"),
            completed,
            "{name}"
        );
        if completed != Value::Null {
            assert_eq!(span.attribute("aws.bedrock.stream.bytes"), bytes, "{name}");
        }
        let sent = &core.server.requests()[0];
        assert_eq!(sent.body, plain.requests()[0].body, "{name}");
    }
}

#[tokio::test]
async fn operations_on_the_session_are_plain_and_have_its_ids() {
    let core = Core::answering(Answer::json(200, &json!({}))).await;
    let stop = core.client.stop_runtime_session().agent_runtime_arn(ARN);
    drop(
        stop.qualifier("prod")
            .runtime_session_id("session-1")
            .send()
            .await,
    );
    let card = core.client.get_agent_card().agent_runtime_arn(ARN);
    drop(card.runtime_session_id("session-1").send().await);
    let spans = core.spans.bedrock();
    let names: Vec<_> = spans.iter().map(Span::name).collect();
    assert_eq!(
        names,
        [
            "BedrockAgentCore.StopRuntimeSession",
            "BedrockAgentCore.GetAgentCard"
        ]
    );
    for span in &spans {
        let expected = [
            ("gen_ai.conversation.id", json!("session-1")),
            ("aws.bedrock.agentcore.runtime.arn", json!(ARN)),
        ];
        says(span, &expected);
    }
}

fn asks(client: &Client) -> InvokeAgentRuntimeFluentBuilder {
    let question = Blob::new(r#"{"prompt": "Where is my refund?"}"#);
    let call = client.invoke_agent_runtime().agent_runtime_arn(ARN);
    call.content_type("application/json").payload(question)
}

/// What the caller gets.
async fn read(call: InvokeAgentRuntimeFluentBuilder, reader: Reader) -> Result<String, String> {
    let output = call.send().await;
    let mut body = output
        .map_err(|error| DisplayErrorContext(error).to_string())?
        .response;
    let mut got = Vec::new();
    let limit = match reader {
        Reader::ToTheEnd => usize::MAX,
        Reader::Leaves(chunks) => chunks,
    };
    for _ in 0..limit {
        match body.next().await {
            Some(Ok(bytes)) => got.extend_from_slice(&bytes),
            Some(Err(error)) => return Err(format!("{got:?}, then {error:?}")),
            None => break,
        }
    }
    Ok(String::from_utf8_lossy(&got).into_owned())
}
