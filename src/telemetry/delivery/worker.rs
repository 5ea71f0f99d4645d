//! The delivery thread, which runs the engines.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::{io, thread};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::dispatcher::{self, Dispatch};

use super::command::Command;
use super::engine::{Engine, SplitRequest};
use super::outcomes::Outcomes;
use super::pending_request::PendingRequest;
use super::transport::Transport;
use crate::telemetry::connection::Connection;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;

/// What an engine starts with.
pub(super) struct EngineInbox {
    pub(super) signal: Signal,
    pub(super) connection: Option<Result<Connection, String>>,
    pub(super) submissions: mpsc::Receiver<Vec<PendingRequest>>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    /// Set by the engine while submissions wait for a receiver that is away.
    pub(super) blocked: Arc<AtomicBool>,
}

/// Returns when the thread and its runtime have started.
pub(super) fn spawn_worker(
    counters: &Arc<Counters>,
    split: SplitRequest,
    inboxes: [EngineInbox; 3],
) -> io::Result<()> {
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
                    runtime.block_on(run_engines(&counters, split, inboxes));
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        })?;
    wait.recv().map_err(io::Error::other)?
}

/// Runs until the last engine has stopped.
async fn run_engines(counters: &Arc<Counters>, split: SplitRequest, inboxes: [EngineInbox; 3]) {
    // Connections are shared where their settings are the same: usually all signals go to one host.
    let mut transports: Vec<(Connection, Transport)> = Vec::new();
    let mut engines = JoinSet::new();
    for inbox in inboxes {
        let Some(connection) = inbox.connection else {
            // The signal is not exported.
            continue;
        };
        let optional = connection.as_ref().is_ok_and(|it| it.optional);
        let outcomes = Outcomes::new(inbox.signal, Arc::clone(counters), optional);
        let transport = connection.map(|connection| {
            let known = transports.iter().find(|(it, _)| it.is_same(&connection));
            if let Some((_, transport)) = known {
                return transport.clone();
            }
            let transport = Transport::new(&connection, counters);
            transports.push((connection, transport.clone()));
            transport
        });
        let engine = Engine::new(inbox.signal, transport, outcomes, split, inbox.blocked);
        engines.spawn(engine.run(inbox.submissions, inbox.commands));
    }
    while engines.join_next().await.is_some() {}
}
