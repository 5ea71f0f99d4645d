//! The receiver's HTTP server.

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

use super::decode::{Export, decompress_body};
use super::{Fault, Shared, State, new_relic};

/// Binds a port.
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
        // A bound socket that does not listen refuses connections, and no other test
        // can get its port.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        let until = shared.state.lock().unwrap().closed_until.take();
        let until = until.unwrap_or_else(Instant::now);
        tokio::time::sleep_until(until.into()).await;
        listener = socket.listen(64).unwrap();
    }
}

/// Serves until the port is to be closed.
async fn serve(listener: TcpListener, shared: &Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.unwrap().0,
            () = shared.closing.notified() => return,
        };
        let shared = Arc::clone(shared);
        connections.spawn(async move {
            let service = service_fn(|request| answer_request(request, Arc::clone(&shared)));
            let server = hyper::server::conn::http1::Builder::new();
            let _ = match &shared.tls {
                None => server.serve_connection(TokioIo::new(stream), service).await,
                Some(tls) => {
                    let Ok(stream) = tls.accept(stream).await else {
                        return;
                    };
                    server.serve_connection(TokioIo::new(stream), service).await
                }
            };
        });
    }
}

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

fn full_body(bytes: Bytes) -> Body {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A body that ends before its `content-length`.
fn cut_response() -> Response<Body> {
    let frames = [
        Ok(Frame::data(Bytes::from_static(b"\n"))),
        Err(std::io::Error::other("closed on demand")),
    ];
    // Time to send the bytes before the error.
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

async fn answer_request(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Body>, std::io::Error> {
    let (parts, mut body) = request.into_parts();
    let fault = shared.state.lock().unwrap().active_outage(Instant::now());
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
    let fault = record_request(&parts, &body, &shared);
    match fault {
        None => Ok(Response::new(full_body(Bytes::new()))),
        Some(Fault::CloseInAnswer) => Ok(cut_response()),
        Some(Fault::Status(status, retry_after)) => {
            let mut response = Response::new(full_body(Bytes::new()));
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
            Ok(Response::new(full_body(response.encode_to_vec().into())))
        }
        Some(Fault::Hang) => std::future::pending::<Result<_, Infallible>>()
            .await
            .map_err(|never| match never {}),
        Some(Fault::Close | Fault::CloseInRequest) => {
            Err(std::io::Error::other("closed on demand"))
        }
    }
}

/// Records a request; returns its fault.
fn record_request(parts: &http::request::Parts, body: &Bytes, shared: &Shared) -> Option<Fault> {
    let plain = decompress_body(parts, body);
    let mut export = Export::decode(parts, body, &plain);
    let mut state = shared.state.lock().unwrap();
    let too_large = state.max_size.is_some_and(|max| body.len() > max);
    let rejection = match &state.key {
        Some(key) => new_relic::check_request(parts, body, key),
        None if too_large => Some(413),
        None => None,
    };
    let fault = match rejection {
        Some(status) => Some(Fault::Status(status, None)),
        None => state.faults.pop_front_if(|_| export.has_spans()),
    };
    let fault = fault
        .or_else(|| state.fault_of_path(&export.path))
        .or_else(|| state.active_outage(Instant::now()))
        .or_else(|| state.always.clone());
    export.accepted = matches!(fault, None | Some(Fault::Partial(_) | Fault::CloseInAnswer));
    state.count_export(export, &plain);
    shared.changed.notify_all();
    fault
}

impl State {
    fn fault_of_path(&self, path: &str) -> Option<Fault> {
        let mut faults = self.by_path.iter();
        faults.find_map(|(known, fault)| (known == path).then(|| fault.clone()))
    }

    fn active_outage(&self, now: Instant) -> Option<Fault> {
        let (until, fault) = self.outage.as_ref()?;
        (now < *until).then(|| fault.clone())
    }

    fn count_export(&mut self, export: Export, plain: &[u8]) {
        self.totals.requests += 1;
        self.totals.bytes += export.size;
        self.totals.largest = self.totals.largest.max(export.size);
        if export.accepted {
            self.totals.accepted += 1;
            for span in &export.spans {
                let identity = match &self.identity {
                    Some(key) => span.attributes.get(key).unwrap().to_string(),
                    None => span.id.clone(),
                };
                self.totals.twice += usize::from(!self.seen.insert(identity));
            }
            if self.key.is_some() {
                self.problems
                    .extend(new_relic::find_problems(&export.path, plain));
            }
        }
        if !self.count_only {
            self.exports.push(export);
        }
    }
}
