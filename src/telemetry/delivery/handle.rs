//! Requests on their way.
//!
//! The SDK's exporters run on threads of the SDK, which have no runtime, and the
//! application has one of any kind or none. So requests go over a channel to
//! one thread with its own small runtime, where they wait, are sent, and are
//! sent again, while the exporters go on. No `tracing` subscriber is active on
//! it: what HTTP and TLS log about an export must not become spans that are
//! exported in turn.
//!
//! Each signal has an endpoint of its own and may have a receiver of its own.
//! So each has an [`Engine`]: its pause, its failures, its requests in flight
//! and its share of the memory. A receiver that fails delays and loses no other
//! signal.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use std::{io, thread};

use http::uri::Scheme;
use hyper_util::client::legacy::connect::Connect;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::dispatcher::{self, Dispatch};

use super::engine::Engine;
use super::pending_request::Parcel;
use super::transport::{Transport, http_connector, https_connector};
use crate::Error;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

/// The way to the thread. It stops when told so, or with the last handle.
#[derive(Clone, Debug)]
pub(in crate::telemetry) struct Delivery {
    logs: EngineHandle,
    metrics: EngineHandle,
    traces: EngineHandle,
}

/// The way to the engine of one signal.
#[derive(Clone, Debug)]
struct EngineHandle {
    parcels: mpsc::Sender<Vec<Parcel>>,
    orders: mpsc::UnboundedSender<Order>,
    handed: Arc<AtomicU64>,
}

/// The engine's end of a handle.
struct Inbox {
    signal: Signal,
    parcels: mpsc::Receiver<Vec<Parcel>>,
    orders: mpsc::UnboundedReceiver<Order>,
}

/// What an engine is asked besides sending.
pub(super) enum Order {
    /// To tell when everything up to a number has been delivered or lost, or
    /// that this will not be soon.
    Flush(u64, std::sync::mpsc::SyncSender<Flushed>),
    /// To stop, whatever waits.
    Stop(std::sync::mpsc::SyncSender<Flushed>),
}

/// From the best to the worst, to take the worst of several signals.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::telemetry) enum Flushed {
    /// Nothing of what was asked for waits any more.
    All,
    /// The receiver does not know the sender, so the rest waits.
    Paused,
    /// The time was not enough.
    InTime,
}

impl Delivery {
    /// # Errors
    ///
    /// When the transport cannot start: no root certificates, no thread.
    pub(in crate::telemetry) fn start<'a>(
        routes: impl IntoIterator<Item = &'a Route>,
        counters: &Arc<Counters>,
    ) -> Result<Self, Error> {
        let mut routes = routes.into_iter();
        let started = if routes.any(|route| route.endpoint.scheme() == Some(&Scheme::HTTPS)) {
            spawn(https_connector()?, counters)
        } else {
            spawn(http_connector(), counters)
        };
        started.map_err(|error| {
            Error::export("the thread that sends spans could not be started").with_source(error)
        })
    }

    /// Hands requests over. Waits while too many of the signal wait already,
    /// which holds up its exporter and no other. Fails after the thread stopped.
    pub(in crate::telemetry) async fn hand(
        &self,
        signal: Signal,
        pack: impl FnOnce(u64) -> Vec<Parcel>,
    ) -> Result<(), Stopped> {
        let engine = self.engine(signal);
        let place = engine.parcels.reserve().await.map_err(|_| Stopped)?;
        let number = engine.handed.fetch_add(1, SeqCst);
        place.send(pack(number));
        Ok(())
    }

    /// Waits until everything that was handed over has been delivered or lost.
    pub(in crate::telemetry) fn flush(&self, limit: Duration) -> Flushed {
        let flushed = self.ask_engines(limit, |engine, reply| {
            Order::Flush(engine.handed.load(SeqCst), reply)
        });
        flushed.into_iter().max().unwrap_or(Flushed::All)
    }

    /// Stops sending. What waits is lost, and not counted here.
    pub(in crate::telemetry) fn stop(&self) {
        self.ask_engines(STOP_WAIT, |_, reply| Order::Stop(reply));
    }

    /// Gives all engines an order before it waits for the first answer.
    fn ask_engines(
        &self,
        limit: Duration,
        order: impl Fn(&EngineHandle, std::sync::mpsc::SyncSender<Flushed>) -> Order,
    ) -> [Flushed; 3] {
        let asked = Instant::now();
        let answers = Signal::ALL.map(|signal| {
            let engine = self.engine(signal);
            let (reply, answer) = std::sync::mpsc::sync_channel(1);
            let sent = engine.orders.send(order(engine, reply));
            sent.is_ok().then_some(answer)
        });
        answers.map(|answer| {
            // An engine that has stopped has nothing that waits.
            answer.map_or(Flushed::All, |answer| {
                let left = limit.saturating_sub(asked.elapsed());
                answer.recv_timeout(left).unwrap_or(Flushed::InTime)
            })
        })
    }

    fn engine(&self, signal: Signal) -> &EngineHandle {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        }
    }
}

impl EngineHandle {
    fn new(signal: Signal) -> (Self, Inbox) {
        let (parcels, handed) = mpsc::channel(1);
        let (orders, told) = mpsc::unbounded_channel();
        let inbox = Inbox {
            signal,
            parcels: handed,
            orders: told,
        };
        let handle = Self {
            parcels,
            orders,
            handed: Arc::default(),
        };
        (handle, inbox)
    }
}

/// The thread that sends is no more.
#[derive(Debug)]
pub(in crate::telemetry) struct Stopped;

fn spawn<C>(connector: C, counters: &Arc<Counters>) -> io::Result<Delivery>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (logs, logs_inbox) = EngineHandle::new(Signal::Logs);
    let (metrics, metrics_inbox) = EngineHandle::new(Signal::Metrics);
    let (traces, traces_inbox) = EngineHandle::new(Signal::Traces);
    let inboxes = [logs_inbox, metrics_inbox, traces_inbox];
    let (started, wait) = std::sync::mpsc::sync_channel(1);
    let counters = Arc::clone(counters);
    thread::Builder::new()
        .name("nr-bedrock-otlp".to_owned())
        .spawn(move || {
            let _silent = dispatcher::set_default(&Dispatch::none());
            let _untraced = opentelemetry::Context::enter_telemetry_suppressed_scope();
            // Built here: dropping a runtime on a thread of another one panics.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build();
            match runtime {
                Ok(runtime) => {
                    let _ = started.send(Ok(()));
                    runtime.block_on(run_engines(connector, &counters, inboxes));
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        })?;
    wait.recv().map_err(io::Error::other)??;
    Ok(Delivery {
        logs,
        metrics,
        traces,
    })
}

/// Until the last of them has stopped.
async fn run_engines<C>(connector: C, counters: &Arc<Counters>, inboxes: [Inbox; 3])
where
    C: Connect + Clone + Send + Sync + 'static,
{
    // Connections are shared: usually all signals go to one host.
    let transport = Transport::new(connector);
    let mut engines = JoinSet::new();
    for inbox in inboxes {
        let engine = Engine::new(inbox.signal, transport.clone(), Arc::clone(counters));
        engines.spawn(engine.run(inbox.parcels, inbox.orders));
    }
    while engines.join_next().await.is_some() {}
}

/// For a thread that has nothing to do but to end.
const STOP_WAIT: Duration = Duration::from_secs(1);
