//! The HTTP side: which path is which operation, and Bedrock's response shapes.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::paced::Paced;
use super::{converse, embeddings, messages};

/// Listens on a free port and serves in the background, as long as the runtime
/// lives.
pub(super) async fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // Each event leaves at once instead of waiting for the one before.
            let _ = socket.set_nodelay(true);
            let service = service_fn(serve);
            let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
            tokio::spawn(connection);
        }
    });
    Ok(address)
}

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

    fn not_found(path: &str) -> Self {
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

async fn serve(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let reply = match serde_json::from_slice(&body) {
        _ if head.method != Method::POST => Reply::Failure(Failure::not_found(head.uri.path())),
        Ok(body) => route(head.uri.path(), &body),
        Err(problem) => Reply::Failure(Failure::validation(format!(
            "the body is no JSON: {problem}"
        ))),
    };
    Ok(respond(reply).await)
}

fn route(path: &str, body: &Value) -> Reply {
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (Some("model"), Some(model), Some(operation)) = (parts.next(), parts.next(), parts.next())
    else {
        return Reply::Failure(Failure::not_found(path));
    };
    let embeds = model.contains("embed");
    match operation {
        "converse" if !embeds => converse::whole(body).into(),
        "converse-stream" if !embeds => converse::stream(body).into(),
        "invoke" if embeds => embeddings::invoke(body).into(),
        "invoke" if model.contains("anthropic") => messages::whole(model, body).into(),
        "invoke-with-response-stream" if model.contains("anthropic") => {
            messages::stream(model, body).into()
        }
        "converse" | "converse-stream" | "invoke" | "invoke-with-response-stream" => {
            Reply::Failure(Failure::validation(format!(
                "the stand-in for Bedrock cannot do {operation} with the model {model}"
            )))
        }
        _ => Reply::Failure(Failure::not_found(path)),
    }
}

async fn respond(reply: Reply) -> Response<Body> {
    let mut response = match reply {
        Reply::Whole {
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
        Reply::Stream(events) => {
            let mut response = Response::new(Either::Right(events));
            let kind = HeaderValue::from_static("application/vnd.amazon.eventstream");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        Reply::Failure(failure) => {
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

type Body = Either<Full<Bytes>, Paced>;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-output-token-count");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
