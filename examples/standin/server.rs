//! The HTTP side: listens, and knows which path is which operation.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use super::reply::{Body, Failure, Reply};
use super::{agents, converse, embeddings, messages};

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
    Ok(reply.respond().await)
}

fn route(path: &str, body: &Value) -> Reply {
    if let Some(path) = path.strip_prefix("/agents/") {
        return agents::invoke(path, body).into();
    }
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (Some("model"), Some(model), Some(operation)) = (parts.next(), parts.next(), parts.next())
    else {
        return Reply::Failure(Failure::not_found(path));
    };
    // The SDK encodes the colon of "amazon.nova-lite-v1:0" and an ARN's slashes.
    let model = &model.replace("%3A", ":").replace("%2F", "/");
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
