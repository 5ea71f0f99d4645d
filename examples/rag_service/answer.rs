//! Answering a question: search, then stream the answer.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, Message, SystemContentBlock,
};
use nr_bedrock_observability::TraceRef;
use tokio::sync::mpsc::Sender;
use tracing::Span;
use tracing::field::Empty;

use crate::BoxError;
use crate::index::Index;

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) bedrock: Client,
    pub(crate) index: Index,
}

/// A part of the response, in the order of sending.
#[derive(Debug)]
pub(crate) enum Piece {
    Word(String),
    Sources(Vec<String>),
    /// The answer is complete. Feedback refers to this trace.
    Done(TraceRef),
    Problem(String),
}

impl Service {
    /// The root span of the trace. `workflow.type` is on every span below it too.
    #[tracing::instrument(skip_all, fields(workflow.type = "rag", trace = Empty))]
    pub(crate) async fn answer(&self, question: String, to: Sender<Piece>) {
        let trace = TraceRef::current();
        if let Some(trace) = &trace {
            // The page's waterfall finds the trace by this field.
            Span::current().record("trace", trace.trace_id());
        }
        let last = match (self.stream_answer(&question, &to).await, trace) {
            (Ok(()), Some(trace)) => Piece::Done(trace),
            (Ok(()), None) => Piece::Problem("the answer has no trace".to_owned()),
            (Err(error), _) => Piece::Problem(error.to_string()),
        };
        // The client may have disconnected.
        let _ = to.send(last).await;
    }

    async fn stream_answer(&self, question: &str, to: &Sender<Piece>) -> Result<(), BoxError> {
        let hits = self.index.search(question, TOP_K).await?;
        tracing::info!(passages = hits.len(), "found passages");
        let passages = hits.iter().map(|hit| {
            let (source, text) = (&hit.passage.source, &hit.passage.text);
            format!("<passage source=\"{source}\">\n{text}\n</passage>\n\n")
        });
        let prompt = passages.collect::<String>() + "Question: " + question;
        let message = Message::builder()
            .role(ConversationRole::User)
            .content(ContentBlock::Text(prompt));
        let call = self.bedrock.converse_stream().model_id(MODEL);
        let call = call.system(SystemContentBlock::Text(INSTRUCTIONS.to_owned()));
        let mut events = call.messages(message.build()?).send().await?.stream;
        while let Some(event) = events.recv().await? {
            if let ConverseStreamOutput::ContentBlockDelta(event) = event
                && let Some(Ok(text)) = event.delta().map(|delta| delta.as_text())
            {
                // Fails once the client has disconnected, which drops the stream
                // and ends the call.
                to.send(Piece::Word(text.clone())).await?;
            }
        }
        tracing::info!("answered");
        let sources = hits.iter().map(|hit| hit.passage.source.clone());
        to.send(Piece::Sources(sources.collect())).await?;
        Ok(())
    }
}

const TOP_K: usize = 3;

const MODEL: &str = "amazon.nova-lite-v1:0";

const INSTRUCTIONS: &str = "Answer the question from the passages alone, in at most four sentences. \
     If they do not answer it, say so.";
