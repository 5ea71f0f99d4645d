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
#[path = "otlp/new_relic.rs"]
mod new_relic;
#[path = "otlp/serve.rs"]
mod serve;

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub use decode::{Export, Log, Span};
use decode::{counter_value, point_times};
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
    /// The connection breaks when the request is there.
    Close,
    /// The connection breaks in the middle of the request.
    CloseInRequest,
    /// Accepted, and the connection breaks in the middle of saying so.
    CloseInAnswer,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    called: tokio::sync::Notify,
}

#[derive(Default)]
struct State {
    exports: Vec<Export>,
    faults: VecDeque<Fault>,
    always: Option<Fault>,
    outage: Option<(Instant, Fault)>,
    /// Nobody listens until then.
    away: Option<Instant>,
    max_size: Option<usize>,
    /// The rules of New Relic's ingest, and the key that it knows.
    key: Option<String>,
    problems: Vec<String>,
    totals: Totals,
    seen: HashSet<String>,
    count_only: bool,
}

/// What arrived, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub requests: usize,
    /// Requests that were accepted.
    pub accepted: usize,
    /// Bytes on the wire.
    pub bytes: usize,
    pub largest: usize,
    /// Different spans in accepted requests.
    pub spans: usize,
    /// Spans that were accepted again.
    pub twice: usize,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = serve::listen(([127, 0, 0, 1], 0).into());
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

    /// A receiver with the rules and the limits of New Relic's ingest, which
    /// knows this license key.
    pub fn new_relic(key: &str) -> Self {
        let receiver = Self::start();
        receiver.state().key = Some(key.to_owned());
        receiver
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

    /// Answers every request so, for a while.
    pub fn outage(&self, lasting: Duration, fault: Fault) {
        self.state().outage = Some((Instant::now() + lasting, fault));
    }

    /// Nobody listens for a while: connections break, and new ones are refused.
    pub fn go_away(&self, lasting: Duration) {
        self.state().away = Some(Instant::now() + lasting);
        self.shared.called.notify_one();
    }

    /// Keeps numbers alone of what arrives.
    pub fn count_only(&self) {
        self.state().count_only = true;
    }

    /// What arrived so far, in numbers.
    pub fn totals(&self) -> Totals {
        let state = self.state();
        Totals {
            spans: state.seen.len(),
            ..state.totals
        }
    }

    /// What New Relic would have said of accepted requests, cut or left out.
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

    /// All requests so far, of whatever kind.
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
