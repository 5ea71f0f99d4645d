//! Answers a question from a folder of text; embeddings, retrieval and chat are
//! one trace.
//!
//! Run with `cargo run --example rag_workflow -- "How do refunds work?"`. It needs
//! no AWS account: a mock Bedrock answers. `--aws` uses your account, `--docs DIR`
//! reads another folder, `--help` lists all options.
//!
//! The trace is printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination.

mod answer;
mod embedder;
mod index;
mod options;
mod passages;
mod progress;
mod rating;
mod splitter;

#[path = "../mock_bedrock/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

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
    let options = match options::parse_arguments(std::env::args_os().skip(1)) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => {
            // A closed stdout is not an error.
            let _ = writeln!(std::io::stdout(), "{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("rag_workflow: {problem} (--help lists the options)");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rag_workflow: {}", format_error(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), BoxError> {
    let passages = passages::read_folder(&options.docs)?;
    let telemetry = Telemetry::from_env()
        .service_name("rag_workflow")
        .install()?;
    let result = index_and_answer(options, passages).await;
    // Deliver the trace of a failed run too.
    let delivered = telemetry.shutdown();
    result?;
    Ok(delivered?)
}

async fn index_and_answer(options: &Options, passages: Vec<Passage>) -> Result<(), BoxError> {
    let aws = if options.aws {
        aws_config::load_defaults(BehaviorVersion::latest()).await
    } else {
        eprintln!("A mock Bedrock answers; --aws uses your account.");
        mock_bedrock::start().await
    };
    // The only line of instrumentation. The client stays the SDK's type.
    let bedrock = monitor_bedrock(Client::new(&aws));

    let embedder = Embedder::new(bedrock.clone(), &options.embed_model);
    let index = Index::build(options.docs_name(), embedder, passages).await?;
    let trace = answer::answer_question(&bedrock, &index, options).await?;
    if is_exported()
        && let Some(trace) = trace
    {
        eprintln!("\nTrace {trace}");
    }
    Ok(())
}

/// Whether the trace is exported instead of printed.
fn is_exported() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    [
        "NEW_RELIC_LICENSE_KEY",
        "NEW_RELIC_INSERT_KEY",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ]
    .into_iter()
    .any(is_set)
}

/// An error with its causes. An SDK error has no details of its own.
fn format_error(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let mut parts: Vec<_> = causes.map(ToString::to_string).collect();
    parts.dedup();
    parts.join(": ").replace('\n', " ")
}

type BoxError = Box<dyn Error + Send + Sync>;
