//! The stand-in of the examples, seen by the real SDK: what the examples call,
//! and the shapes that none of them calls today. And an example as a process.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../../examples/standin/mod.rs"]
mod standin;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::ProvideErrorMetadata as _;
use aws_sdk_bedrockruntime::operation::RequestId as _;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, InferenceConfiguration, Message,
    ResponseStream, StopReason,
};
use serde_json::{Value, json};

#[tokio::test]
async fn texts_with_common_words_are_near_each_other() {
    let client = client().await;
    let refund = embed(&client, "Refunds are paid back within five days.").await;
    let asked = embed(&client, "When is my refund paid?").await;
    let other = embed(&client, "The warranty covers tools for two years.").await;
    assert_eq!(refund.len(), 256);
    assert!((dot(&refund, &refund) - 1.0).abs() < 0.001);
    assert!(dot(&refund, &asked) > 0.4);
    assert!(dot(&refund, &other).abs() < 0.3);
}

#[tokio::test]
async fn converse_answers_from_the_passages_alone() {
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
async fn converse_stream_keeps_to_the_limit_of_tokens() {
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
async fn anthropic_messages_come_whole_and_streamed() {
    let client = client().await;
    let body = json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": PROMPT}],
    });
    let body = Blob::new(body.to_string());
    let call = client.invoke_model().model_id(CLAUDE).body(body.clone());
    let reply = call.send().await.unwrap();
    let reply: Value = serde_json::from_slice(reply.body().as_ref()).unwrap();
    assert_eq!(reply["content"][0]["text"], "Refunds take five days.");
    assert_eq!(reply["usage"]["output_tokens"], 4);
    assert_eq!(reply["model"], CLAUDE);

    let call = client.invoke_model_with_response_stream();
    let call = call.model_id(CLAUDE).body(body);
    let mut stream = call.send().await.unwrap().body;
    let mut events = Vec::new();
    while let Some(event) = stream.recv().await.unwrap() {
        if let ResponseStream::Chunk(part) = event {
            let bytes = part.bytes().unwrap().as_ref().to_vec();
            events.push(serde_json::from_slice::<Value>(&bytes).unwrap());
        }
    }
    let text: Vec<_> = events
        .iter()
        .filter_map(|event| event["delta"]["text"].as_str())
        .collect();
    assert_eq!(text.concat(), "Refunds take five days.");
    let metrics = &events.last().unwrap()["amazon-bedrock-invocationMetrics"];
    assert_eq!(metrics["outputTokenCount"], 4);
}

#[tokio::test]
async fn what_it_cannot_do_is_one_of_bedrocks_errors() {
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
async fn an_agent_answers_and_tells_its_trace_only_where_that_is_asked_for() {
    use aws_sdk_bedrockagentruntime::types::ResponseStream;

    let client = aws_sdk_bedrockagentruntime::Client::new(&standin::start().await.unwrap());
    for traced in [true, false] {
        let call = client.invoke_agent().agent_id("SUPPORT").session_id("s");
        let call = call.agent_alias_id("LIVE").enable_trace(traced);
        let mut answer = call.input_text("Where is it?").send().await.unwrap();
        let (mut text, mut parts) = (String::new(), 0);
        while let Some(event) = answer.completion.recv().await.unwrap() {
            match event {
                ResponseStream::Chunk(chunk) => {
                    text += std::str::from_utf8(chunk.bytes.unwrap().as_ref()).unwrap();
                }
                ResponseStream::Trace(_) => parts += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(text.starts_with("Your refund for order 1042"), "{text}");
        assert_eq!(parts > 20, traced, "{parts} parts of the trace");
    }
}

/// The example `tool_loop` as a process of its own: one tree.
#[cfg(feature = "telemetry")]
#[test]
fn the_turns_and_tools_of_an_agent_are_one_tree() {
    let receiver = crate::support::otlp::Receiver::start();
    let output = std::process::Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "tool_loop"])
        .args(["--", "Where is order 1042, and when does it arrive?"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env_remove("NEW_RELIC_LICENSE_KEY")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let answer = "The state is on its way. The carrier is GreenPost, the day is Thursday.";
    assert!(
        said.contains(answer),
        "{said} {output:?}",
        output = output.stderr
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

async fn client() -> Client {
    Client::new(&standin::start().await.unwrap())
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

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn user(text: &str) -> Message {
    Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(text.to_owned()))
        .build()
        .unwrap()
}

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl";

const CLAUDE: &str = "anthropic.claude-3-haiku-20240307-v1:0";

const PROMPT: &str =
    "Refunds take five days. Plants are watered.\n\nQuestion: How long do refunds take?";
