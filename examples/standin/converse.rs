//! Chat through `Converse` and `ConverseStream`.

use serde_json::{Value, json};

use super::frames::event;
use super::paced::Paced;
use super::reply::{Failure, Reply, millis};
use super::tools;
use super::turn::{FIRST_WORD, Turn};

/// Answers `Converse`.
pub(super) fn whole(body: &Value) -> Result<Reply, Failure> {
    let turn = turn(body)?;
    let (content, stop_reason) = if let Some(call) = tools::next(body) {
        (call, "tool_use")
    } else {
        let told = tools::told(body).unwrap_or_else(|| turn.text());
        (json!({ "text": told }), turn.stop_reason)
    };
    Ok(Reply::Whole {
        body: json!({
            "metrics": {"latencyMs": millis(turn.latency())},
            "output": {"message": {"content": [content], "role": "assistant"}},
            "stopReason": stop_reason,
            "usage": usage(&turn),
        }),
        after: turn.latency(),
        counts: None,
    })
}

/// Answers `ConverseStream`. As with Bedrock, a block of text has no
/// `contentBlockStart`.
pub(super) fn stream(body: &Value) -> Result<Paced, Failure> {
    let turn = turn(body)?;
    let start = event("messageStart", json!({"role": "assistant"}));
    let events = turn.pace(Paced::default().after(FIRST_WORD, start), |text| {
        let delta = json!({"contentBlockIndex": 0, "delta": {"text": text}});
        event("contentBlockDelta", delta)
    });
    let stop = json!({"stopReason": turn.stop_reason});
    let metadata = json!({
        "metrics": {"latencyMs": millis(turn.latency())},
        "usage": usage(&turn),
    });
    Ok(events
        .then(event("contentBlockStop", json!({"contentBlockIndex": 0})))
        .then(event("messageStop", stop))
        .then(event("metadata", metadata)))
}

fn turn(body: &Value) -> Result<Turn, Failure> {
    Turn::new(body, body.pointer("/inferenceConfig/maxTokens"))
}

fn usage(turn: &Turn) -> Value {
    let input = turn.tokens.input;
    let output = turn.tokens.output.unwrap_or(0);
    json!({"inputTokens": input, "outputTokens": output, "totalTokens": input + output})
}
