//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The parsed command line.
pub(crate) enum Command {
    Help,
    Run(Options),
}

pub(crate) struct Options {
    pub(crate) question: String,
    pub(crate) docs: PathBuf,
    pub(crate) aws: bool,
    pub(crate) embed_model: String,
    pub(crate) chat_model: String,
}

impl Options {
    /// The folder's name, which is the name of the index in the trace.
    pub(crate) fn docs_name(&self) -> String {
        let docs = self.docs.canonicalize();
        let docs = docs.as_ref().unwrap_or(&self.docs);
        docs.file_name()
            .map_or_else(|| "documents".into(), |name| name.to_string_lossy())
            .into_owned()
    }
}

/// Parses the arguments.
///
/// # Errors
/// Names the argument that is invalid.
pub(crate) fn parse_arguments(
    arguments: impl Iterator<Item = OsString>,
) -> Result<Command, String> {
    let mut arguments = arguments.map(|argument| {
        let text = argument.into_string();
        text.map_err(|argument| format!("{} is not UTF-8", argument.display()))
    });
    let mut question: Option<Vec<String>> = None;
    let mut options = Options {
        question: "How do refunds work?".to_owned(),
        docs: Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/handbook"),
        aws: false,
        embed_model: "amazon.titan-embed-text-v2:0".to_owned(),
        chat_model: "amazon.nova-lite-v1:0".to_owned(),
    };
    while let Some(argument) = arguments.next().transpose()? {
        let mut value = || match arguments.next().transpose()? {
            Some(value) if !value.trim().is_empty() => Ok(value),
            _ => Err(format!("{argument} needs a value")),
        };
        match argument.as_str() {
            "-h" | "--help" => return Ok(Command::Help),
            "--aws" => options.aws = true,
            "--docs" => options.docs = value()?.into(),
            "--embed-model" => options.embed_model = value()?,
            "--chat-model" => options.chat_model = value()?,
            unknown if unknown.starts_with('-') => {
                return Err(format!("unknown option {unknown}"));
            }
            // A question without quotes has several arguments.
            _ => question.get_or_insert_default().push(argument),
        }
    }
    if let Some(words) = question {
        options.question = words.join(" ");
        if options.question.trim().is_empty() {
            return Err("the question is empty".to_owned());
        }
    }
    Ok(Command::Run(options))
}

pub(crate) const HELP: &str = "\
Answers a question from a folder of text.

Usage: cargo run --example rag_workflow -- [OPTIONS] [QUESTION]

  --docs DIR         folder of .md and .txt files (default: a shop's handbook)
  --aws              use your AWS account instead of the mock Bedrock
  --embed-model ID   a Titan text embeddings model (amazon.titan-embed-text-v2:0)
  --chat-model ID    any chat model (amazon.nova-lite-v1:0)
  -h, --help         print this text

Default question: How do refunds work?

NEW_RELIC_LICENSE_KEY or OTEL_EXPORTER_OTLP_ENDPOINT sets the destination of the
trace. Without them it is printed on stderr.";
