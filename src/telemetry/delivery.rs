//! Requests on their way.
//!
//! The SDK's exporters run on threads of the SDK, which have no runtime, and the
//! application has one of any kind or none. So requests go over a channel to
//! one thread with its own small runtime, where they wait, are sent, and are
//! sent again, while the exporters go on. No `tracing` subscriber is active on
//! it: what HTTP and TLS log about an export must not become spans that are
//! exported in turn.

mod engine;
mod patience;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use std::{fmt, io, thread};

use http::uri::Scheme;
use hyper_util::client::legacy::connect::Connect;
use tokio::sync::mpsc;
use tracing::dispatcher::{self, Dispatch};

use self::engine::Engine;
use super::parcel::Parcel;
use super::route::Route;
use super::stats::Counters;
use super::transport::{Transport, http_connector, https_connector};
use crate::Error;

/// The way to the thread. It stops when told so, or with the last handle.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    parcels: mpsc::Sender<Vec<Parcel>>,
    orders: mpsc::UnboundedSender<Order>,
    handed: Arc<AtomicU64>,
}

/// What the thread is asked besides sending.
enum Order {
    /// To tell when everything up to a number has been delivered or lost, or
    /// that this will not be soon.
    Flush(u64, std::sync::mpsc::SyncSender<Flushed>),
    /// To stop, whatever waits.
    Stop(std::sync::mpsc::SyncSender<Flushed>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Flushed {
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
    pub(super) fn start<'a>(
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

    /// Hands requests over. Waits while too much waits already, which holds the
    /// exporter up and nobody else. Gives them back after the thread stopped.
    pub(super) async fn hand(&self, pack: impl FnOnce(u64) -> Vec<Parcel>) -> Result<(), Stopped> {
        let place = self.parcels.reserve().await.map_err(|_| Stopped)?;
        let number = self.handed.fetch_add(1, SeqCst);
        place.send(pack(number));
        Ok(())
    }

    /// Waits until everything that was handed over has been delivered or lost.
    pub(super) fn flush(&self, limit: Duration) -> Flushed {
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        let order = Order::Flush(self.handed.load(SeqCst), reply);
        if self.orders.send(order).is_err() {
            return Flushed::All;
        }
        answer.recv_timeout(limit).unwrap_or(Flushed::InTime)
    }

    /// Stops sending. What waits is lost, and not counted here.
    pub(super) fn stop(&self) {
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        if self.orders.send(Order::Stop(reply)).is_ok() {
            let _ = answer.recv_timeout(STOP_WAIT);
        }
    }
}

/// The thread that sends is no more.
#[derive(Debug)]
pub(super) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that sends spans has stopped")
    }
}

impl std::error::Error for Stopped {}

fn spawn<C>(connector: C, counters: &Arc<Counters>) -> io::Result<Delivery>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (parcels, handed) = mpsc::channel(1);
    let (orders, told) = mpsc::unbounded_channel();
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
                    runtime.block_on(async {
                        let engine = Engine::new(Transport::new(connector), counters);
                        engine.run(handed, told).await;
                    });
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        })?;
    wait.recv().map_err(io::Error::other)??;
    Ok(Delivery {
        parcels,
        orders,
        handed: Arc::default(),
    })
}

/// For a thread that has nothing to do but to end.
const STOP_WAIT: Duration = Duration::from_secs(1);
