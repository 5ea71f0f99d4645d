//! One turn of a chat, whichever API it came by.

use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;

use super::paced::Paced;
use super::reply::{Failure, Tokens};
use super::{answer, words};

/// What the model reads and what it writes.
pub(super) struct Turn {
    pub(super) tokens: Tokens,
    /// `end_turn`, or `max_tokens` where the limit cut the answer short.
    pub(super) stop_reason: &'static str,
    deltas: Vec<String>,
}

impl Turn {
    /// Answers the last of `messages`, in no more than `limit` tokens.
    /// `system` and messages may be strings or lists of blocks with `text`.
    pub(super) fn new(body: &Value, limit: Option<&Value>) -> Result<Self, Failure> {
        let messages = body.get("messages").and_then(Value::as_array);
        let Some(last) = messages.and_then(|messages| messages.last()) else {
            return Err(Failure::validation(
                "messages: at least one message is required",
            ));
        };
        let contents = messages.into_iter().flatten();
        let contents = contents.filter_map(|message| message.get("content"));
        let read = contents.chain(body.get("system")).map(text);
        let input = read.map(|text| words::tokens(&text)).sum();

        let answer = answer::compose(&text(last.get("content").unwrap_or(&Value::Null)));
        let mut deltas: Vec<_> = answer.split_inclusive(' ').map(str::to_owned).collect();
        let limit = limit.and_then(Value::as_u64);
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(usize::MAX);
        let stop_reason = if deltas.len() > limit {
            "max_tokens"
        } else {
            "end_turn"
        };
        deltas.truncate(limit);
        let output = Some(deltas.len());
        Ok(Self {
            tokens: Tokens { input, output },
            stop_reason,
            deltas,
        })
    }

    /// The whole answer.
    pub(super) fn text(&self) -> String {
        self.deltas.concat()
    }

    /// How long a model would take for it.
    pub(super) fn latency(&self) -> Duration {
        self.deltas
            .iter()
            .fold(FIRST_WORD, |latency, _| latency + NEXT_WORD)
    }

    /// Adds an event for each word of the answer, in a model's rhythm.
    pub(super) fn pace(&self, events: Paced, event: impl Fn(&str) -> Bytes) -> Paced {
        self.deltas.iter().fold(events, |events, delta| {
            events.after(NEXT_WORD, event(delta))
        })
    }
}

/// The text of a string, or of every block of a list that has text.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|block| block.get("text"));
            let texts: Vec<_> = texts.filter_map(Value::as_str).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// How long a model reads before it writes.
pub(super) const FIRST_WORD: Duration = Duration::from_millis(200);

const NEXT_WORD: Duration = Duration::from_millis(20);
