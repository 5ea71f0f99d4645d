//! Frames of Bedrock's event streams, encoded by the SDK's own encoder.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::base64;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use serde_json::{Value, json};

/// An encoded frame: prelude, headers, payload and both checksums.
#[derive(Clone, Debug)]
pub struct Frame {
    bytes: Vec<u8>,
}

impl Frame {
    /// The frame's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The frame's bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// An event, padded as Bedrock pads them: `event("messageStop", &json!({..}))`.
pub fn event(name: &str, payload: &Value) -> Frame {
    let mut payload = payload.clone();
    if let Value::Object(members) = &mut payload {
        members.entry("p").or_insert_with(|| json!("abcdefgh"));
    }
    let headers = [
        (":event-type", name),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    encode_json(&headers, &payload)
}

/// A modelled exception in the stream: `exception("throttlingException", &json!({"message": ".."}))`.
pub fn exception(name: &str, payload: &Value) -> Frame {
    let headers = [
        (":exception-type", name),
        (":content-type", "application/json"),
        (":message-type", "exception"),
    ];
    encode_json(&headers, payload)
}

/// An unmodelled error, which has headers and no payload.
pub fn error_message(code: &str, message: &str) -> Frame {
    let headers = [
        (":error-code", code),
        (":error-message", message),
        (":message-type", "error"),
    ];
    encode_message(&headers, Vec::new())
}

/// A chunk of `InvokeModelWithResponseStream`: the model's JSON, in base64.
pub fn chunk(payload: &Value) -> Frame {
    let bytes = base64::encode(payload.to_string());
    event("chunk", &json!({ "bytes": bytes }))
}

/// A complete `ConverseStream` answer of one text, with 9 input tokens and one
/// output token for each delta. As with Bedrock, a text block has no
/// `contentBlockStart`.
pub fn converse_text(deltas: &[&str]) -> Vec<Frame> {
    let output = deltas.len();
    let texts = deltas.iter().map(|text| {
        let payload = json!({"contentBlockIndex": 0, "delta": {"text": text}});
        event("contentBlockDelta", &payload)
    });
    let mut frames = vec![event("messageStart", &json!({"role": "assistant"}))];
    frames.extend(texts);
    frames.push(event("contentBlockStop", &json!({"contentBlockIndex": 0})));
    frames.push(event("messageStop", &json!({"stopReason": "end_turn"})));
    let usage = json!({"inputTokens": 9, "outputTokens": output, "totalTokens": 9 + output});
    frames.push(event(
        "metadata",
        &json!({"usage": usage, "metrics": {"latencyMs": 120}}),
    ));
    frames
}

fn encode_json(headers: &[(&'static str, &str)], payload: &Value) -> Frame {
    encode_message(headers, payload.to_string().into_bytes())
}

fn encode_message(headers: &[(&'static str, &str)], payload: Vec<u8>) -> Frame {
    let message = headers
        .iter()
        .fold(Message::new(payload), |message, (name, value)| {
            let value = HeaderValue::String((*value).to_owned().into());
            message.add_header(Header::new(*name, value))
        });
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("a frame is encodable");
    Frame { bytes }
}
