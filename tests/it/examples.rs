//! The replies of the mock Bedrock, through the real SDK, and an example as a
//! process.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[cfg(all(feature = "telemetry", unix))]
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
#[cfg(all(feature = "telemetry", unix))]
use std::net::TcpStream;
#[cfg(all(feature = "telemetry", unix))]
use std::process::{Command, Stdio};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::ProvideErrorMetadata as _;
use aws_sdk_bedrockruntime::operation::RequestId as _;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, InferenceConfiguration, Message,
    StopReason,
};
use serde_json::{Value, json};

use crate::support::mock_bedrock;

#[tokio::test]
async fn embeddings_of_texts_with_common_words_are_similar() {
    let client = client().await;
    let refund = embed(&client, "Refunds are paid back within five days.").await;
    let question = embed(&client, "When is my refund paid?").await;
    let other = embed(&client, "The warranty covers tools for two years.").await;
    assert_eq!(refund.len(), 256);
    assert!((dot(&refund, &refund) - 1.0).abs() < 0.001);
    assert!(dot(&refund, &question) > 0.4);
    assert!(dot(&refund, &other).abs() < 0.3);
}

#[tokio::test]
async fn converse_answers_from_the_passages() {
    let client = client().await;
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    let reply = call.messages(user(PROMPT)).send().await.unwrap();
    let message = reply.output().unwrap().as_message().unwrap();
    let text = message.content().first().unwrap().as_text().unwrap();
    assert_eq!(text, "Refunds take five days.");
    assert_eq!(reply.usage().unwrap().output_tokens(), 4);
    assert!(reply.request_id().is_some());

    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    let unknown = PROMPT.replace("How long do refunds take?", "Who feeds the cat?");
    let reply = call.messages(user(&unknown)).send().await.unwrap();
    let message = reply.output().unwrap().as_message().unwrap();
    let text = message.content().first().unwrap().as_text().unwrap();
    assert!(text.starts_with("I could not find an answer"), "{text}");
}

#[tokio::test]
async fn converse_stream_stops_at_max_tokens() {
    let limits = InferenceConfiguration::builder().max_tokens(2).build();
    let call = client().await.converse_stream();
    let call = call
        .model_id("amazon.nova-lite-v1:0")
        .messages(user(PROMPT));
    let mut stream = call.inference_config(limits).send().await.unwrap().stream;
    let mut text = String::new();
    let mut stop_reason = None;
    let mut tokens = None;
    while let Some(event) = stream.recv().await.unwrap() {
        match event {
            ConverseStreamOutput::ContentBlockDelta(event) => {
                text += event.delta().unwrap().as_text().unwrap();
            }
            ConverseStreamOutput::MessageStop(event) => stop_reason = Some(event.stop_reason),
            ConverseStreamOutput::Metadata(event) => {
                tokens = Some(event.usage().unwrap().output_tokens());
            }
            _ => {}
        }
    }
    assert_eq!(text, "Refunds take ");
    assert_eq!(stop_reason, Some(StopReason::MaxTokens));
    assert_eq!(tokens, Some(2));
}

#[tokio::test]
async fn unsupported_requests_get_bedrocks_errors() {
    let client = client().await;
    let call = client
        .invoke_model()
        .model_id("meta.llama3-8b-instruct-v1:0");
    let error = call.body(Blob::new("{}")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));

    let call = client.get_async_invoke().invocation_arn(ARN);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}

#[cfg(feature = "agent-runtime")]
#[tokio::test]
async fn agent_sends_trace_events_only_when_enabled() {
    use aws_sdk_bedrockagentruntime::types::ResponseStream;

    let client = aws_sdk_bedrockagentruntime::Client::new(&mock_bedrock::start().await);
    for enabled in [true, false] {
        let call = client.invoke_agent().agent_id("SUPPORT").session_id("s");
        let call = call.agent_alias_id("LIVE").enable_trace(enabled);
        let mut answer = call.input_text("Where is it?").send().await.unwrap();
        let (mut text, mut events) = (String::new(), 0);
        while let Some(event) = answer.completion.recv().await.unwrap() {
            match event {
                ResponseStream::Chunk(chunk) => {
                    text += std::str::from_utf8(chunk.bytes.unwrap().as_ref()).unwrap();
                }
                ResponseStream::Trace(_) => events += 1,
                other => panic!("{other:?}"),
            }
        }
        let answer = "Your refund for order 1042 was approved on 20 November and reaches your \
                      bank by 27 November.";
        assert_eq!(text, answer);
        assert_eq!(events, if enabled { 27 } else { 0 });
    }
}

#[cfg(feature = "telemetry")]
#[test]
fn tool_loop_example_exports_one_trace() {
    let receiver = crate::support::otlp::Receiver::start();
    let output = std::process::Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "tool_loop"])
        .args(["--", "Where is order 1042, and when does it arrive?"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env_remove("NEW_RELIC_LICENSE_KEY")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let answer = "The state is on its way. The carrier is GreenPost, the day is Thursday.";
    assert!(
        stdout.contains(answer),
        "{stdout} {stderr}",
        stderr = String::from_utf8_lossy(&output.stderr)
    );
    let root = receiver.span("invoke_agent support");
    assert_eq!(root.parent_id, "");
    assert_eq!(root.attributes["gen_ai.operation.name"], "invoke_agent");
    let mut below = receiver.spans();
    below.retain(|span| span.id != root.id);
    below.sort_by_key(|span| span.started);
    let names: Vec<_> = below.iter().map(|span| span.name.as_str()).collect();
    let chat = "chat amazon.nova-lite-v1:0";
    assert_eq!(
        names,
        [
            chat,
            "execute_tool get_order",
            chat,
            "execute_tool get_delivery",
            chat
        ]
    );
    for span in &below {
        assert_eq!(
            (&span.parent_id, &span.trace_id),
            (&root.id, &root.trace_id)
        );
        let conversation = &span.attributes["gen_ai.conversation.id"];
        assert_eq!(conversation, "example-conversation", "{}", span.name);
    }
    let tool = &below[1].attributes;
    assert_eq!(tool["gen_ai.agent.name"], "support");
    assert_eq!(tool["gen_ai.tool.call.arguments"], r#"{"number":1042}"#);
    assert_eq!(tool["gen_ai.tool.call.result"], r#"{"state":"on its way"}"#);
    let reasons = below
        .iter()
        .filter_map(|span| span.attributes.get("gen_ai.response.finish_reasons"));
    let expected = [json!(["tool_call"]), json!(["tool_call"]), json!(["stop"])];
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
}

/// JSON logs beside the pipeline's layer, SIGTERM, and a receiver that is away at the
/// end.
#[cfg(all(feature = "telemetry", unix))]
#[test]
fn rag_service_example_logs_trace_ids_and_stops_on_sigterm() {
    for is_away in [false, true] {
        let receiver = crate::support::otlp::Receiver::start();
        let mut service = start_service(&receiver.url());
        let stderr = BufReader::new(service.stderr.take().unwrap());
        let mut lines = stderr.lines().map(Result::unwrap);
        let address = lines.find_map(|line| {
            let address = line.strip_prefix("Listening on http://")?;
            Some(address.to_owned())
        });
        let mut connection = TcpStream::connect(address.unwrap()).unwrap();
        let body = json!({"question": "How long do refunds take?"}).to_string();
        let length = body.len();
        write!(
            connection,
            "POST /ask HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("event: done"), "{answer}");
        if is_away {
            receiver.fail_always(crate::support::otlp::Fault::Status(400, None));
        }
        let id = service.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &id]).status();
        assert!(kill.unwrap().success());
        let output = service.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");

        let stdout = String::from_utf8(output.stdout).unwrap();
        let log = stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let log: Vec<Value> = log.collect();
        let line = |message: &str| {
            let line = log.iter().find(|line| line["message"] == message);
            line.unwrap_or_else(|| panic!("no {message:?} in {log:#?}"))
        };
        if is_away {
            assert_eq!(line("telemetry was lost")["level"], "ERROR");
            continue;
        }
        line("telemetry is delivered");
        let span = receiver.span("answer");
        for message in ["found passages", "answered"] {
            assert_eq!(line(message)["trace_id"], span.trace_id.as_str());
            assert_eq!(line(message)["span_id"], span.id.as_str());
        }
        assert_eq!(line("telemetry is delivered").get("trace_id"), None);
        let metrics = receiver.metrics();
        assert!(
            metrics
                .iter()
                .any(|it| it.name == "gen_ai.client.token.usage")
        );
    }
}

#[cfg(all(feature = "telemetry", unix))]
fn start_service(receiver: &str) -> std::process::Child {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "rag_service"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(build.unwrap().success());
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(std::path::Path::parent).unwrap();
    Command::new(profile.join("examples/rag_service"))
        .env("PORT", "0")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver)
        .env_remove("NEW_RELIC_LICENSE_KEY")
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A batch job that fails is run, and paid, again.
#[cfg(feature = "telemetry")]
#[test]
fn quick_start_succeeds_while_the_backend_is_down() {
    let receiver = crate::support::otlp::Receiver::start();
    receiver.fail_always(crate::support::otlp::Fault::Status(503, None));
    let output = std::process::Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "quickstart"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env("OTEL_EXPORTER_OTLP_TIMEOUT", "300")
        .env_remove("NEW_RELIC_LICENSE_KEY")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("telemetry: ") && said.contains("lost"),
        "{said}"
    );
}

async fn client() -> Client {
    Client::new(&mock_bedrock::start().await)
}

async fn embed(client: &Client, text: &str) -> Vec<f32> {
    let body = json!({"inputText": text, "dimensions": 256}).to_string();
    let call = client
        .invoke_model()
        .model_id("amazon.titan-embed-text-v2:0");
    let reply = call.body(Blob::new(body)).send().await.unwrap();
    let reply: Value = serde_json::from_slice(reply.body().as_ref()).unwrap();
    serde_json::from_value(reply.get("embedding").unwrap().clone()).unwrap()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn user(text: &str) -> Message {
    Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(text.to_owned()))
        .build()
        .unwrap()
}

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl";

const PROMPT: &str =
    "Refunds take five days. Plants are watered.\n\nQuestion: How long do refunds take?";
