//! Which path is which operation.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::super::answer::Answer;
use super::super::http::Request;
use super::{agent, converse, embeddings};

/// Answers a request. The error of an operation is the message of a
/// `ValidationException`.
pub(in super::super) fn reply_to(request: &Request) -> Answer {
    let path: Vec<_> = request.path.split('/').skip(1).collect();
    if request.method != "POST" {
        return reject_path(&request.path);
    }
    let body = match serde_json::from_slice(&request.body) {
        Ok(body) => body,
        Err(error) => return reject_request(&format!("the body is not JSON: {error}")),
    };
    let answer = match path.as_slice() {
        [
            "agents",
            agent,
            "agentAliases",
            alias,
            "sessions",
            session,
            "text",
        ] => agent::invoke(agent, alias, session, &body),
        ["model", model, operation] => invoke_model(model, operation, &body),
        _ => return reject_path(&request.path),
    };
    answer.unwrap_or_else(|message| reject_request(&message))
}

fn invoke_model(model: &str, operation: &str, body: &Value) -> Result<Answer, String> {
    match (operation, model.contains("embed")) {
        ("converse", false) => converse::converse(body),
        ("converse-stream", false) => converse::converse_stream(body),
        ("invoke", true) => embeddings::invoke(body),
        _ => {
            let model = percent_decode_str(model).decode_utf8_lossy();
            Err(format!("the mock Bedrock has no {operation} for {model}"))
        }
    }
}

fn reject_path(path: &str) -> Answer {
    let message = format!("the mock Bedrock has no {path}");
    Answer::error(404, "ResourceNotFoundException", &message)
}

fn reject_request(message: &str) -> Answer {
    Answer::error(400, "ValidationException", message)
}
