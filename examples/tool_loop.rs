//! An agent loop in the application: the model requests tools until it can
//! answer. Its turns and tool calls are one trace.
//!
//! Run with `cargo run --example tool_loop -- "Where is order 1042, and when does
//! it arrive?"`. It needs no AWS account: a mock Bedrock answers. The trace is
//! printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

use std::error::Error;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, Message, StopReason, Tool, ToolConfiguration, ToolInputSchema,
    ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolSpecification, ToolUseBlock,
};
use aws_smithy_types::{Document, Number};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{Telemetry, monitor_bedrock, propagation};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let question = std::env::args().nth(1);
    let question = question.as_deref().unwrap_or(QUESTION);
    let telemetry = Telemetry::from_env().service_name("tool_loop").install()?;

    // In your account: aws_config::load_defaults(BehaviorVersion::latest()).await
    let aws = mock_bedrock::start().await;
    let bedrock = monitor_bedrock(Client::new(&aws));
    let answer = invoke_agent(&bedrock, question).await;
    // Deliver the trace of a failed run too.
    if let Err(error) = telemetry.shutdown() {
        eprintln!("telemetry: {error}");
    }
    println!("\n{question}\n{}", answer?);
    Ok(())
}

/// Runs the agent. Its span is the root of the trace.
#[tracing::instrument(skip_all, fields(
    otel.name = format!("invoke_agent {AGENT}"),
    gen_ai.operation.name = "invoke_agent",
    gen_ai.agent.name = AGENT,
))]
async fn invoke_agent(bedrock: &Client, question: &str) -> Result<String, BoxError> {
    propagation::set_conversation_id("example-conversation");
    let question = ContentBlock::Text(question.to_owned());
    let mut messages = vec![build_message(ConversationRole::User, vec![question])?];
    for _ in 0..MAX_TURNS {
        let call = bedrock
            .converse()
            .model_id(MODEL)
            .tool_config(build_tools()?);
        let reply = call.set_messages(Some(messages.clone())).send().await?;
        let turn = reply
            .output
            .and_then(|output| output.as_message().ok().cloned());
        let turn = turn.ok_or("the response has no message")?;
        if reply.stop_reason != StopReason::ToolUse {
            let texts = turn
                .content()
                .iter()
                .filter_map(|block| block.as_text().ok());
            return Ok(texts.map(String::as_str).collect());
        }
        let mut results = Vec::new();
        for tool_use in turn.content().iter().filter_map(|it| it.as_tool_use().ok()) {
            results.push(ContentBlock::ToolResult(run_tool(tool_use).await?));
        }
        messages.push(turn);
        messages.push(build_message(ConversationRole::User, results)?);
    }
    Err(format!("no answer after {MAX_TURNS} turns").into())
}

/// Runs a tool. The model gets an error as the result, and the span of the tool
/// call has it too.
async fn run_tool(tool_use: &ToolUseBlock) -> Result<ToolResultBlock, BoxError> {
    let call = ToolCall::from(tool_use).agent(AGENT);
    let result = call.run(async || look_up_order(tool_use).await, Clone::clone);
    let (content, status) = match result.await {
        Ok(result) => (
            ToolResultContentBlock::Json(result),
            ToolResultStatus::Success,
        ),
        Err(problem) => (
            ToolResultContentBlock::Text(problem),
            ToolResultStatus::Error,
        ),
    };
    let result = ToolResultBlock::builder().tool_use_id(tool_use.tool_use_id());
    Ok(result.content(content).status(status).build()?)
}

/// The shop's database.
async fn look_up_order(tool_use: &ToolUseBlock) -> Result<Document, String> {
    let number = tool_use.input().as_object().and_then(|it| it.get("number"));
    let Some(Document::Number(Number::PosInt(number))) = number else {
        return Err("An order has a number.".to_owned());
    };
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    match (tool_use.name(), number) {
        ("get_order", 1042) => Ok(build_document([("state", "on its way")])),
        ("get_delivery", 1042) => Ok(build_document([
            ("carrier", "GreenPost"),
            ("day", "Thursday"),
        ])),
        _ => Err(format!("There is no order {number}.")),
    }
}

fn build_document<const N: usize>(fields: [(&str, &str); N]) -> Document {
    let fields = fields.map(|(name, value)| (name.to_owned(), value.into()));
    Document::Object(fields.into())
}

fn build_tools() -> Result<ToolConfiguration, BoxError> {
    let mut tools = ToolConfiguration::builder();
    for (name, description) in [
        ("get_order", "Tells the state of an order."),
        (
            "get_delivery",
            "Tells by whom and when an order will arrive.",
        ),
    ] {
        let number = Document::Object([("type".to_owned(), "integer".into())].into());
        let properties = Document::Object([("number".to_owned(), number)].into());
        let schema = [
            ("type".to_owned(), "object".into()),
            ("properties".to_owned(), properties),
        ];
        let tool = ToolSpecification::builder()
            .name(name)
            .description(description)
            .input_schema(ToolInputSchema::Json(Document::Object(schema.into())));
        tools = tools.tools(Tool::ToolSpec(tool.build()?));
    }
    Ok(tools.build()?)
}

fn build_message(role: ConversationRole, content: Vec<ContentBlock>) -> Result<Message, BoxError> {
    let message = Message::builder().role(role).set_content(Some(content));
    Ok(message.build()?)
}

type BoxError = Box<dyn Error + Send + Sync>;

const AGENT: &str = "support";

const MODEL: &str = "amazon.nova-lite-v1:0";

const QUESTION: &str = "Where is order 1042, and when does it arrive?";

/// A limit for models that repeat their tool calls.
const MAX_TURNS: usize = 8;
