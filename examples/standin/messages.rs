//! Chat through `InvokeModel` and `InvokeModelWithResponseStream`, in the shape
//! of Anthropic's Messages API.

use serde_json::{Value, json};

use super::frames::chunk;
use super::paced::Paced;
use super::reply::{Failure, Reply, millis};
use super::turn::{FIRST_WORD, Turn};

/// Answers `InvokeModel`.
pub(super) fn whole(model: &str, body: &Value) -> Result<Reply, Failure> {
    let turn = turn(body)?;
    let mut message = message(model, &turn);
    if let Value::Object(members) = &mut message {
        let content = json!([{"type": "text", "text": turn.text()}]);
        members.insert("content".to_owned(), content);
        members.insert("stop_reason".to_owned(), json!(turn.stop_reason));
        members.insert("usage".to_owned(), usage(&turn, turn.tokens.output));
    }
    Ok(Reply::Whole {
        body: message,
        after: turn.latency(),
        counts: Some(turn.tokens),
    })
}

/// Answers `InvokeModelWithResponseStream`.
pub(super) fn stream(model: &str, body: &Value) -> Result<Paced, Failure> {
    let turn = turn(body)?;
    let start = json!({"type": "message_start", "message": message(model, &turn)});
    let block = json!({"type": "text", "text": ""});
    let block = json!({"type": "content_block_start", "index": 0, "content_block": block});
    let events = Paced::default()
        .after(FIRST_WORD, chunk(&start))
        .then(chunk(&block));
    let events = turn.pace(events, |text| {
        let delta = json!({"type": "text_delta", "text": text});
        chunk(&json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    });
    let stop = json!({
        "type": "message_delta",
        "delta": {"stop_reason": turn.stop_reason, "stop_sequence": null},
        "usage": {"output_tokens": turn.tokens.output},
    });
    let end = json!({
        "type": "message_stop",
        "amazon-bedrock-invocationMetrics": {
            "inputTokenCount": turn.tokens.input,
            "outputTokenCount": turn.tokens.output,
            "invocationLatency": millis(turn.latency()),
            "firstByteLatency": millis(FIRST_WORD),
        },
    });
    Ok(events
        .then(chunk(&json!({"type": "content_block_stop", "index": 0})))
        .then(chunk(&stop))
        .then(chunk(&end)))
}

fn turn(body: &Value) -> Result<Turn, Failure> {
    let limit = body.get("max_tokens");
    if limit.is_none() {
        return Err(Failure::validation("max_tokens: Field required"));
    }
    Turn::new(body, limit)
}

/// The message before its first word.
fn message(model: &str, turn: &Turn) -> Value {
    json!({
        "id": "msg_bdrk_standin",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": usage(turn, Some(1)),
    })
}

fn usage(turn: &Turn, output: Option<usize>) -> Value {
    json!({"input_tokens": turn.tokens.input, "output_tokens": output})
}
