//! A loopback OTLP/HTTP receiver, with faults on demand.
//!
//! It has a thread and a runtime of its own, so tests with any runtime, or none,
//! can use it.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code: a panic fails the test"
)]

// Paths, because some test binaries include this file alone.
#[path = "otlp/decode.rs"]
mod decode;
#[path = "otlp/new_relic.rs"]
mod new_relic;
#[path = "otlp/serve.rs"]
mod serve;

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub use decode::{Export, Log, Span};
use decode::{counter_value, point_times};
pub use opentelemetry_proto::tonic::metrics::v1::Metric;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// The receiver. It stops when dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

/// The answer in place of an acceptance.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A status, optionally with a `Retry-After` in seconds.
    Status(u16, Option<u64>),
    /// Accepted, except for this number of spans.
    Partial(i64),
    /// No answer at all.
    Hang,
    /// The connection closes after the request.
    Close,
    /// The connection closes in the middle of the request.
    CloseInRequest,
    /// Accepted, and the connection closes in the middle of the response.
    CloseInAnswer,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// For https.
    tls: Option<TlsAcceptor>,
    changed: Condvar,
    closing: tokio::sync::Notify,
}

#[derive(Default)]
struct State {
    exports: Vec<Export>,
    faults: VecDeque<Fault>,
    always: Option<Fault>,
    /// Faults of requests to a path.
    by_path: Vec<(String, Fault)>,
    outage: Option<(Instant, Fault)>,
    /// The port is closed until then.
    closed_until: Option<Instant>,
    max_size: Option<usize>,
    /// The only valid license key; set for New Relic's rules.
    key: Option<String>,
    problems: Vec<String>,
    totals: Totals,
    /// The attribute that identifies a span, in place of its id.
    identity: Option<String>,
    seen: BTreeSet<String>,
    count_only: bool,
}

/// Counts of what arrived.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub requests: usize,
    /// Requests that were accepted.
    pub accepted: usize,
    /// Bytes on the wire.
    pub bytes: usize,
    pub largest: usize,
    /// Distinct spans in accepted requests.
    pub spans: usize,
    /// Spans that were accepted more than once.
    pub twice: usize,
}

impl Receiver {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// A receiver of https.
    pub fn start_tls(config: Arc<ServerConfig>) -> Self {
        Self::start_with(Some(config.into()))
    }

    fn start_with(tls: Option<TlsAcceptor>) -> Self {
        let listener = serve::listen(([127, 0, 0, 1], 0).into());
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            tls,
            ..Shared::default()
        });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                tokio::select! {
                    () = serve::accept(listener, serving) => {}
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

    /// A receiver with the rules and limits of New Relic's ingest, and this license
    /// key.
    pub fn new_relic(key: &str) -> Self {
        let receiver = Self::start();
        receiver.state().key = Some(key.to_owned());
        receiver
    }

    /// The same, with TLS.
    pub fn new_relic_tls(key: &str, config: Arc<ServerConfig>) -> Self {
        let receiver = Self::start_tls(config);
        receiver.state().key = Some(key.to_owned());
        receiver
    }

    /// `http://127.0.0.1:PORT`, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers the next requests with spans with these faults, one each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// Answers every request with this fault.
    pub fn fail_always(&self, fault: Fault) {
        self.state().always = Some(fault);
    }

    /// Answers every request to this path with this fault.
    pub fn fail_path(&self, path: &str, fault: Fault) {
        self.state().by_path.push((path.to_owned(), fault));
    }

    /// Answers as if nothing had been set to fail.
    pub fn recover(&self) {
        let mut state = self.state();
        state.always = None;
        state.by_path.clear();
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Answers every request with this fault for a time.
    pub fn outage(&self, lasting: Duration, fault: Fault) {
        self.state().outage = Some((Instant::now() + lasting, fault));
    }

    /// Closes all connections and refuses new ones for a time.
    pub fn go_away(&self, lasting: Duration) {
        self.state().closed_until = Some(Instant::now() + lasting);
        self.shared.closing.notify_one();
    }

    /// Counts requests without keeping them.
    pub fn count_only(&self) {
        self.state().count_only = true;
    }

    /// Identifies spans by this attribute. The default is the span id.
    pub fn identify_by(&self, key: &str) {
        self.state().identity = Some(key.to_owned());
    }

    /// The identities of the accepted spans.
    pub fn identities(&self) -> BTreeSet<String> {
        self.state().seen.clone()
    }

    /// Counts of what arrived so far.
    pub fn totals(&self) -> Totals {
        let state = self.state();
        Totals {
            spans: state.seen.len(),
            ..state.totals
        }
    }

    /// What New Relic would truncate or drop in the accepted requests.
    pub fn problems(&self) -> Vec<String> {
        self.state().problems.clone()
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

    /// All requests so far, of every signal.
    pub fn all_exports(&self) -> Vec<Export> {
        self.state().exports.clone()
    }

    /// The metrics of all accepted requests.
    pub fn metrics(&self) -> Vec<Metric> {
        let accepted = self.all_exports().into_iter().filter(|it| it.accepted);
        accepted.flat_map(|export| export.metrics).collect()
    }

    /// Points of the metrics of all accepted requests.
    pub fn metric_points(&self) -> usize {
        self.metrics().iter().flat_map(point_times).count()
    }

    /// The sum of a counter of whole numbers that is exported as deltas.
    pub fn counter_sum(&self, name: &str) -> i64 {
        let metrics = self.metrics();
        let counters = metrics.iter().filter(|metric| metric.name == name);
        counters.map(counter_value).sum()
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

    /// The names of all accepted spans, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.spans().into_iter().map(|span| span.name).collect();
        names.sort_unstable();
        names
    }

    /// The accepted span of that name; panics if there is none.
    pub fn span(&self, name: &str) -> Span {
        let spans = self.spans();
        let span = spans.iter().find(|span| span.name == name);
        span.unwrap_or_else(|| panic!("no span {name:?} among {spans:#?}"))
            .clone()
    }

    /// Waits until `count` requests with spans have arrived; panics after 10 s.
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
