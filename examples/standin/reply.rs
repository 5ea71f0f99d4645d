//! What the stand-in answers, in the shapes of Bedrock's responses.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::paced::Paced;

/// What an operation answers.
pub(super) enum Reply {
    Whole {
        body: Value,
        after: Duration,
        /// What the headers say; Converse says it in its body alone.
        counts: Option<Tokens>,
    },
    Stream(Paced),
    Failure(Failure),
}

impl Reply {
    /// The HTTP response, once a model would have it ready.
    pub(super) async fn respond(self) -> Response<Body> {
        let mut response = match self {
            Self::Whole {
                body,
                after,
                counts,
            } => {
                tokio::time::sleep(after).await;
                let mut response = json_response(StatusCode::OK, &body);
                if let Some(tokens) = counts {
                    let headers = response.headers_mut();
                    headers.insert(INPUT_TOKENS, tokens.input.into());
                    headers.insert(LATENCY, millis(after).into());
                    if let Some(output) = tokens.output {
                        headers.insert(OUTPUT_TOKENS, output.into());
                    }
                }
                response
            }
            Self::Stream(events) => {
                let mut response = Response::new(Either::Right(events));
                let kind = HeaderValue::from_static("application/vnd.amazon.eventstream");
                response.headers_mut().insert(CONTENT_TYPE, kind);
                response
            }
            Self::Failure(failure) => {
                let body = json!({ "message": failure.message });
                let mut response = json_response(failure.status, &body);
                let code = HeaderValue::from_static(failure.code);
                response.headers_mut().insert(ERROR_TYPE, code);
                response
            }
        };
        if let Ok(id) = HeaderValue::try_from(request_id()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

/// Tokens read and written; a model that writes none (embeddings) has no count.
#[derive(Clone, Copy)]
pub(super) struct Tokens {
    pub(super) input: usize,
    pub(super) output: Option<usize>,
}

/// One of Bedrock's errors.
pub(super) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Failure {
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "ValidationException",
            message: message.into(),
        }
    }

    pub(super) fn not_found(path: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "ResourceNotFoundException",
            message: format!("the stand-in for Bedrock knows no {path}"),
        }
    }
}

impl<T: Into<Self>> From<Result<T, Failure>> for Reply {
    fn from(result: Result<T, Failure>) -> Self {
        result.map_or_else(Self::Failure, Into::into)
    }
}

fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::from(body.to_string())));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// A UUID in form; counted, so that two runs can be compared.
fn request_id() -> String {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    format!("00000000-0000-4000-8000-{number:012x}")
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(super) type Body = Either<Full<Bytes>, Paced>;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-output-token-count");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
