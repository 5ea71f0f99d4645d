//! Frames of an event stream, in the SDK's own encoding.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::base64;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use hyper::body::Bytes;
use serde_json::{Value, json};

/// One event of `ConverseStream`.
pub(super) fn event(name: &'static str, mut payload: Value) -> Bytes {
    // Bedrock pads its events to different lengths, so that the length of a
    // frame does not tell the length of a word.
    let length = payload.to_string().len();
    if let Value::Object(members) = &mut payload {
        let padding = PADDING.get(..=length % PADDING.len());
        members.insert("p".to_owned(), json!(padding));
    }
    let message = Message::new(payload.to_string())
        .add_header(text(":event-type", name))
        .add_header(text(":content-type", "application/json"))
        .add_header(text(":message-type", "event"));
    let mut bytes = Vec::new();
    // It fails for headers or payloads beyond the format's limits alone, and
    // then the stream lacks an event.
    let _ = write_message_to(&message, &mut bytes);
    bytes.into()
}

/// One chunk of `InvokeModelWithResponseStream`: the model's own JSON inside.
pub(super) fn chunk(payload: &Value) -> Bytes {
    event(
        "chunk",
        json!({ "bytes": base64::encode(payload.to_string()) }),
    )
}

fn text(name: &'static str, value: &'static str) -> Header {
    Header::new(name, HeaderValue::String(value.into()))
}

const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
