//! The question's own way: search, ask, stream, rate.

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
use crate::{BoxError, thumb};

/// Answers on stdout. Everything inside is one trace, whose id it returns.
#[tracing::instrument(skip_all, fields(workflow.type = "rag"))]
pub(crate) async fn answer_question(
    bedrock: &Client,
    index: &Index,
    options: &Options,
) -> Result<Option<String>, BoxError> {
    // `println!` would panic where the reader has gone (`| head`).
    let mut out = io::stdout();
    writeln!(out, "\n{}\n", options.question)?;
    let hits = index.search(&options.question, TOP_K).await?;
    stream(&mut out, bedrock, options, &hits).await?;
    show_sources(&mut out, &hits)?;
    // On the span that is open: the rating is part of this trace.
    if let Some(rating) = thumb::ask().await {
        Feedback::new(rating).record();
    }
    Ok(TraceRef::current().map(|trace| trace.trace_id()))
}

async fn stream(
    out: &mut impl io::Write,
    bedrock: &Client,
    options: &Options,
    hits: &[Hit<'_>],
) -> Result<(), BoxError> {
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

/// The passages, each with where it is from, and the question after them.
fn prompt(question: &str, hits: &[Hit<'_>]) -> String {
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
        parts.push("No passage has to do with the question.".to_owned());
    }
    parts.push(format!("Question: {question}"));
    parts.join("\n\n")
}

fn show_sources(out: &mut impl io::Write, hits: &[Hit<'_>]) -> io::Result<()> {
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
