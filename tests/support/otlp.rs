//! A loopback OTLP/HTTP receiver, with faults on demand.
//!
//! It runs on a thread and a runtime of its own, so that tests with any
//! runtime, or none, can use it.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code: failing is its business"
)]

// Named, because a test binary may take in this file alone.
#[path = "otlp/decode.rs"]
mod decode;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message as _;

pub use decode::{Export, Log, Span};
pub use opentelemetry_proto::tonic::metrics::v1::Metric;

/// The receiver. It stops when dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

/// What to answer in place of "accepted".
#[derive(Clone, Debug)]
pub enum Fault {
    /// A status, with a `Retry-After` in seconds if there is one.
    Status(u16, Option<u64>),
    /// Accepted, except for so many spans.
    Partial(i64),
    /// No answer at all.
    Hang,
    /// The connection breaks.
    Close,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    exports: Vec<Export>,
    faults: VecDeque<Fault>,
    always: Option<Fault>,
    max_size: Option<usize>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                tokio::select! {
                    () = accept(listener, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            shared,
            _stop: stop,
        }
    }

    /// `http://127.0.0.1:PORT`, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers the next requests with spans so, one fault each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// Answers every request so.
    pub fn fail_always(&self, fault: Fault) {
        self.state().always = Some(fault);
    }

    /// Answers 413 to bodies larger than this.
    pub fn limit_size(&self, bytes: usize) {
        self.state().max_size = Some(bytes);
    }

    /// All requests with spans so far, refused ones included.
    pub fn exports(&self) -> Vec<Export> {
        let mut exports = self.all_exports();
        exports.retain(Export::has_spans);
        exports
    }

    /// All requests so far, of whatever kind.
    pub fn all_exports(&self) -> Vec<Export> {
        self.state().exports.clone()
    }

    /// The metrics of all accepted requests.
    pub fn metrics(&self) -> Vec<Metric> {
        let accepted = self.all_exports().into_iter().filter(|it| it.accepted);
        accepted.flat_map(|export| export.metrics).collect()
    }

    /// The log records of all accepted requests.
    pub fn logs(&self) -> Vec<Log> {
        let accepted = self.all_exports().into_iter().filter(|it| it.accepted);
        accepted.flat_map(|export| export.logs).collect()
    }

    /// The spans of all accepted requests.
    pub fn spans(&self) -> Vec<Span> {
        let accepted = self.exports().into_iter().filter(|export| export.accepted);
        accepted.flat_map(|export| export.spans).collect()
    }

    /// The accepted span of that name; panics if there is none.
    pub fn span(&self, name: &str) -> Span {
        let spans = self.spans();
        let found = spans.iter().find(|span| span.name == name);
        found
            .unwrap_or_else(|| panic!("no span {name:?} among {spans:#?}"))
            .clone()
    }

    /// Waits until so many requests with spans have arrived; panics after 10 s.
    pub fn wait_for_exports(&self, count: usize) -> Vec<Export> {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut state = self.state();
        loop {
            let exports = state.exports.iter().filter(|it| it.has_spans());
            let exports: Vec<_> = exports.cloned().collect();
            if exports.len() >= count {
                return exports;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let arrived = exports.len();
            assert!(!left.is_zero(), "{arrived} of {count} requests arrived");
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap()
    }
}

async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, Arc::clone(&shared)));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map_err(std::io::Error::other)?
        .to_bytes();
    let mut export = Export::decode(&parts, &body);
    let fault = {
        let mut state = shared.state.lock().unwrap();
        let too_large = state.max_size.is_some_and(|max| body.len() > max);
        let fault = if too_large {
            Some(Fault::Status(413, None))
        } else {
            state.faults.pop_front_if(|_| export.has_spans())
        };
        let fault = fault.or_else(|| state.always.clone());
        export.accepted = matches!(fault, None | Some(Fault::Partial(_)));
        state.exports.push(export);
        shared.changed.notify_all();
        fault
    };
    match fault {
        None => Ok(Response::new(Full::default())),
        Some(Fault::Status(status, retry_after)) => {
            let mut response = Response::new(Full::default());
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
            Ok(Response::new(response.encode_to_vec().into()))
        }
        Some(Fault::Hang) => std::future::pending::<Result<_, Infallible>>()
            .await
            .map_err(|never| match never {}),
        Some(Fault::Close) => Err(std::io::Error::other("closed on demand")),
    }
}
