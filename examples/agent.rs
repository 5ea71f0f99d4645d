//! An agent with two collaborators as one trace, with their model calls, the
//! tool call and the knowledge base search.
//!
//! Run with `cargo run --example agent -- "Where is my refund?"`. It needs no AWS
//! account: a mock Bedrock answers.
//! `cargo run --example agent -- --aws AGENT_ID ALIAS_ID "…"` asks an agent in
//! your account. The trace is printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

use std::error::Error;
use std::io::Write as _;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::ResponseStream;
use nr_bedrock_observability::{Telemetry, monitor_bedrock};

#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let telemetry = Telemetry::from_env().service_name("agent").install()?;
    match arguments.as_slice() {
        ["--aws", agent, alias, question] => {
            let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
            ask(&aws, agent, alias, question).await?;
        }
        [] => ask(&mock_bedrock::start().await, "SUPPORT", "LIVE", QUESTION).await?,
        [question] if !question.starts_with('-') => {
            ask(&mock_bedrock::start().await, "SUPPORT", "LIVE", question).await?;
        }
        _ => return Err("usage: agent [--aws AGENT_ID ALIAS_ID] [QUESTION]".into()),
    }
    if let Err(error) = telemetry.shutdown() {
        eprintln!("telemetry: {error}");
    }
    Ok(())
}

/// Prints the answer while it arrives.
#[tracing::instrument(skip_all)]
async fn ask(aws: &SdkConfig, agent: &str, alias: &str, question: &str) -> Result<()> {
    let bedrock = monitor_bedrock(Client::new(aws));
    let call = bedrock.invoke_agent().agent_id(agent).agent_alias_id(alias);
    // Without the trace the response has the answer alone.
    let call = call.enable_trace(true).session_id("example-session");
    let mut answer = call.input_text(question).send().await?.completion;
    while let Some(event) = answer.recv().await? {
        if let ResponseStream::Chunk(chunk) = event {
            let bytes = chunk.bytes.unwrap_or_default().into_inner();
            print!("{}", String::from_utf8_lossy(&bytes));
            std::io::stdout().flush()?;
        }
    }
    println!();
    Ok(())
}

const QUESTION: &str = "Where is my refund for order 1042?";
