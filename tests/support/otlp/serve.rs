//! The server behind the receiver.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message as _;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;

use super::decode::{Export, unpacked};
use super::{Fault, Shared, State, new_relic};

/// A listener on a port that may have been in use a moment ago.
pub(super) fn listen(address: SocketAddr) -> std::net::TcpListener {
    let listener = std::net::TcpListener::bind(address).unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

pub(super) async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let address = listener.local_addr().unwrap();
    let mut listener = TcpListener::from_std(listener).unwrap();
    loop {
        serve(listener, &shared).await;
        // Gone, with its connections; and back on the same port.
        let until = shared.state.lock().unwrap().away.take();
        let until = until.unwrap_or_else(Instant::now);
        tokio::time::sleep_until(until.into()).await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        listener = socket.listen(64).unwrap();
    }
}

/// Until somebody calls it away.
async fn serve(listener: TcpListener, shared: &Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.unwrap().0,
            () = shared.called.notified() => return,
        };
        let shared = Arc::clone(shared);
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, Arc::clone(&shared)));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        });
    }
}

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A body that ends before its announced length.
fn broken() -> Response<Body> {
    let frames = [
        Ok(Frame::data(Bytes::from_static(b"\n"))),
        Err(std::io::Error::other("closed on demand")),
    ];
    // What was written before must have left.
    let frames = futures_util::stream::iter(frames).then(|frame| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        frame
    });
    let body = Body::new(StreamBody::new(frames));
    let mut response = Response::new(body);
    let length = http::HeaderValue::from_static("100");
    response.headers_mut().insert("content-length", length);
    response
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Body>, std::io::Error> {
    let (parts, mut body) = request.into_parts();
    let fault = shared.state.lock().unwrap().outage(Instant::now());
    if let Some(Fault::CloseInRequest) = fault {
        let _ = body.frame().await;
        shared.state.lock().unwrap().totals.requests += 1;
        return Err(std::io::Error::other("closed on demand"));
    }
    let body = body
        .collect()
        .await
        .map_err(std::io::Error::other)?
        .to_bytes();
    let fault = take(&parts, &body, &shared);
    match fault {
        None => Ok(Response::new(whole(Bytes::new()))),
        Some(Fault::CloseInAnswer) => Ok(broken()),
        Some(Fault::Status(status, retry_after)) => {
            let mut response = Response::new(whole(Bytes::new()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert("retry-after", seconds.into());
            }
            Ok(response)
        }
        Some(Fault::Partial(rejected_spans)) => {
            let partial = ExportTracePartialSuccess {
                rejected_spans,
                error_message: "too old".to_owned(),
            };
            let response = ExportTraceServiceResponse {
                partial_success: Some(partial),
            };
            Ok(Response::new(whole(response.encode_to_vec().into())))
        }
        Some(Fault::Hang) => std::future::pending::<Result<_, Infallible>>()
            .await
            .map_err(|never| match never {}),
        Some(Fault::Close | Fault::CloseInRequest) => {
            Err(std::io::Error::other("closed on demand"))
        }
    }
}

/// Notes a request, and how it is to be answered.
fn take(parts: &http::request::Parts, body: &Bytes, shared: &Shared) -> Option<Fault> {
    let plain = unpacked(parts, body);
    let mut export = Export::decode(parts, body, &plain);
    let mut state = shared.state.lock().unwrap();
    let too_large = state.max_size.is_some_and(|max| body.len() > max);
    let refused = match &state.key {
        Some(key) => new_relic::refuses(parts, body, key),
        None if too_large => Some(413),
        None => None,
    };
    let fault = match refused {
        Some(status) => Some(Fault::Status(status, None)),
        None => state.faults.pop_front_if(|_| export.has_spans()),
    };
    let fault = fault
        .or_else(|| state.outage(Instant::now()))
        .or_else(|| state.always.clone());
    export.accepted = matches!(fault, None | Some(Fault::Partial(_) | Fault::CloseInAnswer));
    state.note(export, &plain);
    shared.changed.notify_all();
    fault
}

impl State {
    fn outage(&self, now: Instant) -> Option<Fault> {
        let (until, fault) = self.outage.as_ref()?;
        (now < *until).then(|| fault.clone())
    }

    fn note(&mut self, export: Export, plain: &[u8]) {
        self.totals.requests += 1;
        self.totals.bytes += export.size;
        self.totals.largest = self.totals.largest.max(export.size);
        if export.accepted {
            self.totals.accepted += 1;
            for span in &export.spans {
                self.totals.twice += usize::from(!self.seen.insert(span.id.clone()));
            }
            if self.key.is_some() {
                self.problems
                    .extend(new_relic::problems(&export.path, plain));
            }
        }
        if !self.count_only {
            self.exports.push(export);
        }
    }
}
