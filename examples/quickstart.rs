//! The minimum: three lines around your own calls.
//!
//! Run with `cargo run --example quickstart`. It needs no AWS account: a mock
//! Bedrock answers. The trace is printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, ConverseOutput, Message};
use nr_bedrock_observability::{Telemetry, monitor_bedrock};

#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let telemetry = Telemetry::from_env().service_name("quickstart").install()?;

    // In your account: aws_config::load_defaults(BehaviorVersion::latest()).await
    let aws = mock_bedrock::start().await;
    let bedrock = monitor_bedrock(Client::new(&aws));

    let content = "Refunds reach your bank within five working days.\nHow long do refunds take?";
    let question = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(content.to_owned()));
    let call = bedrock.converse().model_id("amazon.nova-lite-v1:0");
    let reply = call.messages(question.build()?).send().await?;
    if let Some(ConverseOutput::Message(answer)) = reply.output() {
        for text in answer.content().iter().flat_map(ContentBlock::as_text) {
            println!("{text}");
        }
    }

    // Reported, not returned: a backend that is down must not fail a finished job.
    if let Err(error) = telemetry.shutdown() {
        eprintln!("telemetry: {error}");
    }
    Ok(())
}
