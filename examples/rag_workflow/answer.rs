//! Answering a question: search, stream the answer, ask for a rating.

use std::io::{self, Write as _};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, InferenceConfiguration, Message,
    SystemContentBlock,
};
use nr_bedrock_observability::{Feedback, TraceRef};

use crate::index::{Hit, Index};
use crate::options::Options;
use crate::passages::Passage;
use crate::{BoxError, rating};

/// Answers on stdout and returns the id of the trace.
#[tracing::instrument(skip_all, fields(workflow.type = "rag"))]
pub(crate) async fn answer_question(
    bedrock: &Client,
    index: &Index,
    options: &Options,
) -> Result<Option<String>, BoxError> {
    // `println!` would panic on a closed stdout (`| head`).
    let mut out = io::stdout();
    writeln!(out, "\n{}\n", options.question)?;
    let hits = index.search(&options.question, TOP_K).await?;
    stream_answer(&mut out, bedrock, options, &hits).await?;
    print_sources(&mut out, &hits)?;
    // The rating belongs to the current span's trace.
    if let Some(rating) = rating::ask_rating().await {
        Feedback::new(rating).record();
    }
    Ok(TraceRef::current().map(|trace| trace.trace_id()))
}

async fn stream_answer(
    out: &mut impl io::Write,
    bedrock: &Client,
    options: &Options,
    hits: &[Hit<'_>],
) -> Result<(), BoxError> {
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(build_prompt(&options.question, hits)))
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
    while let Some(event) = events.recv().await? {
        if let ConverseStreamOutput::ContentBlockDelta(event) = event
            && let Some(Ok(text)) = event.delta().map(|delta| delta.as_text())
        {
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    writeln!(out)?;
    Ok(())
}

/// The passages with their sources, then the question.
fn build_prompt(question: &str, hits: &[Hit<'_>]) -> String {
    let mut parts: Vec<_> = hits
        .iter()
        .map(|Hit { passage, .. }| {
            let Passage {
                source,
                title,
                text,
            } = passage;
            format!("<passage source=\"{source}\" title=\"{title}\">\n{text}\n</passage>")
        })
        .collect();
    if parts.is_empty() {
        parts.push("No passage matches the question.".to_owned());
    }
    parts.push(format!("Question: {question}"));
    parts.join("\n\n")
}

fn print_sources(out: &mut impl io::Write, hits: &[Hit<'_>]) -> io::Result<()> {
    if hits.is_empty() {
        return writeln!(out, "\nSources: none");
    }
    writeln!(out, "\nSources")?;
    for (number, Hit { passage, score }) in (1..).zip(hits) {
        let Passage { source, title, .. } = passage;
        writeln!(out, "  {number}. {source}  {title}  ({score:.2})")?;
    }
    Ok(())
}

const INSTRUCTIONS: &str = "Answer the question from the passages alone, in at most four sentences. \
     If they do not answer it, say so.";

const TOP_K: usize = 3;
