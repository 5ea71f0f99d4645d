//! Reads an answer event by event, and leaves another one half-way.
//!
//! Run with `cargo run --example streaming`: it needs no AWS account, as a
//! stand-in for Bedrock answers. The trace is printed, or goes where
//! `NEW_RELIC_LICENSE_KEY` or `OTEL_EXPORTER_OTLP_ENDPOINT` say.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

mod standin;

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

    // With your account: aws_config::load_defaults(BehaviorVersion::latest()).await
    let aws = standin::start().await?;
    let bedrock = monitor_bedrock(Client::new(&aws));

    read_to_the_end(&bedrock).await?;
    leave_early(&bedrock).await?;

    telemetry.shutdown()?;
    Ok(())
}

/// The span of the call lasts until the stream ends, so it has what comes last:
/// the stop reason and the tokens. When the first word came is in it too.
#[tracing::instrument(skip_all)]
async fn read_to_the_end(bedrock: &Client) -> Result<(), BoxError> {
    let mut events = ask(bedrock).await?.stream;
    while let Some(event) = events.recv().await? {
        match event {
            ConverseStreamOutput::ContentBlockDelta(_) => show(&event)?,
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

/// A reader may leave at any time: dropping the stream ends the call, and its
/// span with the text that was read until then. That is no error, but the span
/// says that the stream was not complete.
#[tracing::instrument(skip_all)]
async fn leave_early(bedrock: &Client) -> Result<(), BoxError> {
    let mut events = ask(bedrock).await?.stream;
    for _ in 0..8 {
        if let Some(event) = events.recv().await? {
            show(&event)?;
        }
    }
    println!("\n[left early]");
    Ok(())
}

async fn ask(bedrock: &Client) -> Result<Reply, BoxError> {
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(PROMPT.to_owned()))
        .build()?;
    let call = bedrock.converse_stream().model_id("amazon.nova-lite-v1:0");
    Ok(call.messages(message).send().await?)
}

/// Prints an event's text, if it has some.
fn show(event: &ConverseStreamOutput) -> std::io::Result<()> {
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
