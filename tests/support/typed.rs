//! Builds the SDK's typed input from the JSON of the wire.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ConverseOutput, Message};
use aws_smithy_types::{Document, Number};
use serde_json::{Value, json};

use super::mock_bedrock::{Answer, MockBedrock};

/// Messages of a conversation. The SDK parses a message only in the answer of a
/// Converse call, so they come from such calls.
pub async fn messages(messages: &[Value]) -> Vec<Message> {
    let server = MockBedrock::start().await;
    let client = Client::from_conf(server.client_config().build());
    let mut typed = Vec::new();
    for message in messages {
        server.set_answer(Answer::json(200, &json!({"output": {"message": message}})));
        let call = client.converse().model_id("any").send();
        let output = call.await.expect("a Converse answer").output;
        match output {
            Some(ConverseOutput::Message(message)) => typed.push(message),
            other => panic!("no message: {other:?}"),
        }
    }
    typed
}

/// A user message with these content blocks.
pub async fn user(parts: Value) -> Message {
    messages(&[json!({"role": "user", "content": parts})])
        .await
        .remove(0)
}

/// A free-form document.
pub fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(bool) => Document::Bool(*bool),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(int), _) => Number::PosInt(int),
            (None, Some(int)) => Number::NegInt(int),
            (None, None) => Number::Float(number.as_f64().expect("a finite number")),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(document).collect()),
        Value::Object(members) => Document::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), document(value)))
                .collect(),
        ),
    }
}
