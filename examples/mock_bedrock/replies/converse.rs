//! Chat through `Converse` and `ConverseStream`.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::frames::event;
use super::{extract, tools, words};

/// Answers `Converse`.
pub(super) fn converse(body: &Value) -> Result<Answer, String> {
    let turn = Turn::from_request(body)?;
    let (content, stop_reason) = if let Some(call) = tools::choose_call(body) {
        (call, "tool_use")
    } else {
        let text = tools::describe_results(body).unwrap_or_else(|| turn.words.concat());
        (json!({ "text": text }), turn.stop_reason)
    };
    let mut answer = turn.metadata();
    if let Value::Object(members) = &mut answer {
        let message = json!({"content": [content], "role": "assistant"});
        members.insert("output".to_owned(), json!({ "message": message }));
        members.insert("stopReason".to_owned(), json!(stop_reason));
    }
    Ok(Answer::json(200, &answer).pause_after(0, turn.latency()))
}

/// Answers `ConverseStream`. As with Bedrock, a text block has no
/// `contentBlockStart`.
pub(super) fn converse_stream(body: &Value) -> Result<Answer, String> {
    let turn = Turn::from_request(body)?;
    let mut answer = Answer::events(Vec::new());
    answer.push_pause(FIRST_WORD);
    answer.push_event(event("messageStart", &json!({"role": "assistant"})));
    for word in &turn.words {
        answer.push_pause(NEXT_WORD);
        let delta = json!({"contentBlockIndex": 0, "delta": {"text": word}});
        answer.push_event(event("contentBlockDelta", &delta));
    }
    answer.push_event(event("contentBlockStop", &json!({"contentBlockIndex": 0})));
    let stop = json!({"stopReason": turn.stop_reason});
    answer.push_event(event("messageStop", &stop));
    answer.push_event(event("metadata", &turn.metadata()));
    Ok(answer)
}

/// The model's turn.
struct Turn {
    input_tokens: usize,
    /// The answer, one token each.
    words: Vec<String>,
    /// `end_turn`, or `max_tokens` where the limit cut the answer short.
    stop_reason: &'static str,
}

impl Turn {
    /// Answers the last message.
    fn from_request(body: &Value) -> Result<Self, String> {
        let messages = body.get("messages").and_then(Value::as_array);
        let Some(last) = messages.and_then(|messages| messages.last()) else {
            return Err("messages: at least one message is required".to_owned());
        };
        let contents = messages.into_iter().flatten();
        let contents = contents.filter_map(|message| message.get("content"));
        let texts = contents.chain(body.get("system")).map(join_texts);
        let input_tokens = texts.map(|text| words::count_tokens(&text)).sum();

        let answer =
            extract::compose_answer(&last.get("content").map(join_texts).unwrap_or_default());
        let mut words: Vec<_> = answer.split_inclusive(' ').map(str::to_owned).collect();
        let limit = body.pointer("/inferenceConfig/maxTokens");
        let limit = limit.and_then(Value::as_u64).unwrap_or(u64::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let stop_reason = if words.len() > limit {
            "max_tokens"
        } else {
            "end_turn"
        };
        words.truncate(limit);
        Ok(Self {
            input_tokens,
            words,
            stop_reason,
        })
    }

    fn latency(&self) -> Duration {
        let words = self.words.iter();
        words.fold(FIRST_WORD, |latency, _| latency + NEXT_WORD)
    }

    fn metadata(&self) -> Value {
        let (input, output) = (self.input_tokens, self.words.len());
        let latency = u64::try_from(self.latency().as_millis()).unwrap_or(u64::MAX);
        json!({
            "metrics": {"latencyMs": latency},
            "usage": {"inputTokens": input, "outputTokens": output, "totalTokens": input + output},
        })
    }
}

/// The texts of a list of content blocks, one a line.
fn join_texts(blocks: &Value) -> String {
    let blocks = blocks.as_array().into_iter().flatten();
    let texts: Vec<_> = blocks
        .filter_map(|block| block.get("text")?.as_str())
        .collect();
    texts.join("\n")
}

/// How long a model reads before it writes.
const FIRST_WORD: Duration = Duration::from_millis(200);

const NEXT_WORD: Duration = Duration::from_millis(20);
