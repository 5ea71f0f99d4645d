//! Reads a stream to its end, and drops another one half-way.
//!
//! Run with `cargo run --example streaming`. It needs no AWS account: a mock
//! Bedrock answers. The trace is printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

use std::io::Write as _;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput as Reply;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, Message,
};
use nr_bedrock_observability::{Telemetry, monitor_bedrock};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let telemetry = Telemetry::from_env().service_name("streaming").install()?;

    // In your account: aws_config::load_defaults(BehaviorVersion::latest()).await
    let aws = mock_bedrock::start().await;
    let bedrock = monitor_bedrock(Client::new(&aws));

    read_to_the_end(&bedrock).await?;
    leave_early(&bedrock).await?;

    if let Err(error) = telemetry.shutdown() {
        eprintln!("telemetry: {error}");
    }
    Ok(())
}

/// The span lasts until the stream ends, so it has the stop reason, the token
/// counts and the time to the first chunk.
#[tracing::instrument(skip_all)]
async fn read_to_the_end(bedrock: &Client) -> Result<(), BoxError> {
    let mut events = start_stream(bedrock).await?.stream;
    while let Some(event) = events.recv().await? {
        match event {
            ConverseStreamOutput::ContentBlockDelta(_) => print_text(&event)?,
            ConverseStreamOutput::MessageStop(event) => {
                println!("\n[stop reason: {}]", event.stop_reason());
            }
            ConverseStreamOutput::Metadata(event) => {
                if let Some(usage) = event.usage() {
                    println!("[tokens: {}]", usage.total_tokens());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Dropping the stream ends the call. The span then has the text that was read
/// and `aws.bedrock.stream.completed` is false; it is not an error.
#[tracing::instrument(skip_all)]
async fn leave_early(bedrock: &Client) -> Result<(), BoxError> {
    let mut events = start_stream(bedrock).await?.stream;
    for _ in 0..8 {
        if let Some(event) = events.recv().await? {
            print_text(&event)?;
        }
    }
    println!("\n[left early]");
    Ok(())
}

async fn start_stream(bedrock: &Client) -> Result<Reply, BoxError> {
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(PROMPT.to_owned()))
        .build()?;
    let call = bedrock.converse_stream().model_id("amazon.nova-lite-v1:0");
    Ok(call.messages(message).send().await?)
}

/// Prints the text of an event, if it has any.
fn print_text(event: &ConverseStreamOutput) -> std::io::Result<()> {
    if let ConverseStreamOutput::ContentBlockDelta(event) = event
        && let Some(Ok(text)) = event.delta().map(|delta| delta.as_text())
    {
        print!("{text}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const PROMPT: &str = "\
A tide is the rise and fall of the sea, twice a day on most coasts. The moon's \
pull raises the water on the side that faces it. A second tide rises on the far \
side, where that pull is weakest. When sun and moon pull in one line, the tide is \
highest.

Question: What makes the tide rise twice a day?";
