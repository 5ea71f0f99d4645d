//! An agent and its two collaborators, as one tree: what each of them asked its
//! model, which tool it ran, what it found.
//!
//! Run with `cargo run --example agent -- "Where is my refund?"`: it needs no
//! AWS account, as a stand-in for Bedrock answers. With an account,
//! `cargo run --example agent -- --aws AGENT_ID ALIAS_ID "…"` asks an agent of
//! yours. The trace is printed, or goes where `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` say.

#![expect(clippy::print_stdout, reason = "it prints the answer")]

use std::error::Error;
use std::io::Write as _;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::ResponseStream;
use nr_bedrock_observability::{Telemetry, monitor_bedrock};

mod standin;

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
        [] => ask(&standin::start().await?, "SUPPORT", "LIVE", QUESTION).await?,
        [question] if !question.starts_with('-') => {
            ask(&standin::start().await?, "SUPPORT", "LIVE", question).await?;
        }
        _ => return Err("usage: agent [--aws AGENT_ID ALIAS_ID] [QUESTION]".into()),
    }
    telemetry.shutdown()?;
    Ok(())
}

/// Prints the answer as it comes.
#[tracing::instrument(skip_all)]
async fn ask(aws: &SdkConfig, agent: &str, alias: &str, question: &str) -> Result<()> {
    let bedrock = monitor_bedrock(Client::new(aws));
    let call = bedrock.invoke_agent().agent_id(agent).agent_alias_id(alias);
    // Without its trace an agent says what it answers and nothing else.
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
