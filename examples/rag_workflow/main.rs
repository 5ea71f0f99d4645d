//! Answers a question from a folder of text, with every step in one trace:
//! embeddings, retrieval, chat.
//!
//! Run with `cargo run --example rag_workflow -- "How do refunds work?"`: it
//! needs no AWS account, as a stand-in for Bedrock answers. `--aws` asks your
//! account's Bedrock, `--docs DIR` reads other text, `--help` tells the rest.
//!
//! The trace is printed, or goes where `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` say.

mod answer;
mod embedder;
mod index;
mod options;
mod passages;
mod progress;
mod splitter;
mod thumb;

#[path = "../standin/mod.rs"]
mod standin;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::Client;
use nr_bedrock_observability::{Telemetry, monitor_bedrock};

use crate::embedder::Embedder;
use crate::index::Index;
use crate::options::{Command, Options};
use crate::passages::Passage;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => {
            // Nobody may be there to read it; that is no error.
            let _ = writeln!(std::io::stdout(), "{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("rag_workflow: {problem} (--help lists what is possible)");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rag_workflow: {}", one_line(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), BoxError> {
    let passages = passages::read(&options.docs)?;
    let telemetry = Telemetry::from_env()
        .service_name("rag_workflow")
        .install()?;
    let result = index_and_answer(options, passages).await;
    // Also after an error: its trace is the one that people want to see.
    let delivered = telemetry.shutdown();
    result?;
    Ok(delivered?)
}

async fn index_and_answer(options: &Options, passages: Vec<Passage>) -> Result<(), BoxError> {
    let aws = if options.aws {
        aws_config::load_defaults(BehaviorVersion::latest()).await
    } else {
        eprintln!("A stand-in for Bedrock answers; --aws asks your account's.");
        standin::start().await?
    };
    // All that the instrumentation takes. The client stays the SDK's own.
    let bedrock = monitor_bedrock(Client::new(&aws));

    let embedder = Embedder::new(bedrock.clone(), &options.embed_model);
    let index = Index::build(options.docs_name(), embedder, passages).await?;
    let trace = answer::answer_question(&bedrock, &index, options).await?;
    if exported()
        && let Some(trace) = trace
    {
        eprintln!("\nTrace {trace}");
    }
    Ok(())
}

/// Whether the trace goes elsewhere than to this terminal.
fn exported() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    [
        "NEW_RELIC_LICENSE_KEY",
        "NEW_RELIC_INSERT_KEY",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ]
    .into_iter()
    .any(set)
}

/// An error with its causes. The SDK's own errors say little without them.
fn one_line(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let mut parts: Vec<_> = causes.map(ToString::to_string).collect();
    parts.dedup();
    parts.join(": ").replace('\n', " ")
}

type BoxError = Box<dyn Error + Send + Sync>;
