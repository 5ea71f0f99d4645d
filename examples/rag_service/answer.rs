//! From a question to an answer: search, ask, stream.

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

/// What the asker sees, as it comes.
#[derive(Debug)]
pub(crate) enum Piece {
    Word(String),
    Sources(Vec<String>),
    /// The answer is complete; what is said of it later names this.
    Done(TraceRef),
    Problem(String),
}

impl Service {
    /// Everything in here is one trace, with these attributes on each span below.
    #[tracing::instrument(skip_all, fields(workflow.type = "rag", trace = Empty))]
    pub(crate) async fn answer(&self, question: String, to: Sender<Piece>) {
        let trace = TraceRef::current();
        if let Some(trace) = &trace {
            // For the page's picture of it.
            Span::current().record("trace", trace.trace_id());
        }
        let last = match (self.stream(&question, &to).await, trace) {
            (Ok(()), Some(trace)) => Piece::Done(trace),
            (Ok(()), None) => Piece::Problem("the answer has no trace".to_owned()),
            (Err(error), _) => Piece::Problem(error.to_string()),
        };
        // An asker who has left needs no last word.
        let _ = to.send(last).await;
    }

    async fn stream(&self, question: &str, to: &Sender<Piece>) -> Result<(), BoxError> {
        let hits = self.index.search(question, TOP_K).await?;
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
                // Where nobody listens any more, the stream is dropped, and with
                // it the call.
                to.send(Piece::Word(text.clone())).await?;
            }
        }
        let sources = hits.iter().map(|hit| hit.passage.source.clone());
        to.send(Piece::Sources(sources.collect())).await?;
        Ok(())
    }
}

const TOP_K: usize = 3;

const MODEL: &str = "amazon.nova-lite-v1:0";

const INSTRUCTIONS: &str = "Answer the question from the passages alone, in at most four sentences. \
     If they do not answer it, say so.";
