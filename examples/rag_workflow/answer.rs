//! The question's own way: search, ask, stream, rate.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, InferenceConfiguration, Message,
    SystemContentBlock,
};
use nr_bedrock_observability::{Feedback, current_trace_id};

use crate::index::{Hit, Index};
use crate::options::Options;
use crate::{BoxError, thumb};

/// Answers on stdout. Everything inside is one trace, whose id it returns.
#[tracing::instrument(skip_all, fields(workflow.type = "rag"))]
pub(crate) async fn answer_question(
    bedrock: &Client,
    index: &Index,
    options: &Options,
) -> Result<Option<String>, BoxError> {
    println!("\n{}\n", options.question);
    let hits = index.search(&options.question, TOP_K).await?;
    stream(bedrock, options, &hits).await?;
    show_sources(&hits);
    if let Some(rating) = thumb::ask().await {
        Feedback::new(rating).record();
    }
    Ok(current_trace_id())
}

async fn stream(bedrock: &Client, options: &Options, hits: &[Hit<'_>]) -> Result<(), BoxError> {
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(prompt(&options.question, hits)))
        .build()?;
    let limits = InferenceConfiguration::builder()
        .max_tokens(400)
        .temperature(0.2)
        .build();
    let call = bedrock.converse_stream().model_id(&options.chat_model);
    let reply = call
        .system(SystemContentBlock::Text(INSTRUCTIONS.to_owned()))
        .messages(message)
        .inference_config(limits)
        .send()
        .await?;
    let mut events = reply.stream;
    let mut stdout = io::stdout();
    while let Some(event) = events.recv().await? {
        if let ConverseStreamOutput::ContentBlockDelta(event) = event
            && let Some(Ok(text)) = event.delta().map(|delta| delta.as_text())
        {
            stdout.write_all(text.as_bytes())?;
            stdout.flush()?;
        }
    }
    println!();
    Ok(())
}

/// The passages, each with where it is from, and the question after them.
fn prompt(question: &str, hits: &[Hit<'_>]) -> String {
    let mut prompt = String::new();
    for Hit { passage, .. } in hits {
        let _ = write!(
            prompt,
            "<passage source=\"{}\" title=\"{}\">\n{}\n</passage>\n\n",
            passage.source, passage.title, passage.text
        );
    }
    if hits.is_empty() {
        prompt += "No passage has to do with the question.\n\n";
    }
    prompt + "Question: " + question
}

fn show_sources(hits: &[Hit<'_>]) {
    if hits.is_empty() {
        println!("\nSources: none");
        return;
    }
    println!("\nSources");
    for (number, Hit { passage, score }) in (1..).zip(hits) {
        println!(
            "  {number}. {}  {}  ({score:.2})",
            passage.source, passage.title
        );
    }
}

const INSTRUCTIONS: &str = "Answer the question from the passages alone, in at most four sentences. \
     If they do not answer it, say so.";

const TOP_K: usize = 3;
