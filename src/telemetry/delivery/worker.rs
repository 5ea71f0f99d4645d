//! The delivery thread, which runs the engines.

use std::sync::Arc;
use std::{io, thread};

use hyper_util::client::legacy::connect::Connect;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::dispatcher::{self, Dispatch};

use super::command::Command;
use super::engine::{Engine, SplitRequest};
use super::pending_request::PendingRequest;
use super::transport::Transport;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;

/// The receiving ends of an engine's channels.
pub(super) struct EngineInbox {
    pub(super) signal: Signal,
    pub(super) submissions: mpsc::Receiver<Vec<PendingRequest>>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
}

/// Returns when the thread and its runtime have started.
pub(super) fn spawn_worker<C>(
    connector: C,
    counters: &Arc<Counters>,
    split: SplitRequest,
    inboxes: [EngineInbox; 3],
) -> io::Result<()>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (started, wait) = std::sync::mpsc::sync_channel(1);
    let counters = Arc::clone(counters);
    thread::Builder::new()
        .name("nr-bedrock-otlp".to_owned())
        .spawn(move || {
            let _no_subscriber = dispatcher::set_default(&Dispatch::none());
            let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
            // Built here: dropping a runtime on a thread of another one panics.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build();
            match runtime {
                Ok(runtime) => {
                    let _ = started.send(Ok(()));
                    runtime.block_on(run_engines(connector, &counters, split, inboxes));
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        })?;
    wait.recv().map_err(io::Error::other)?
}

/// Runs until the last engine has stopped.
async fn run_engines<C>(
    connector: C,
    counters: &Arc<Counters>,
    split: SplitRequest,
    inboxes: [EngineInbox; 3],
) where
    C: Connect + Clone + Send + Sync + 'static,
{
    // Connections are shared: usually all signals go to one host.
    let transport = Transport::new(connector);
    let mut engines = JoinSet::new();
    for inbox in inboxes {
        let counters = Arc::clone(counters);
        let engine = Engine::new(inbox.signal, transport.clone(), counters, split);
        engines.spawn(engine.run(inbox.submissions, inbox.commands));
    }
    while engines.join_next().await.is_some() {}
}
