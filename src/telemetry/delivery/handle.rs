//! [`Delivery`]: the handle to the delivery thread.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::command::{Command, Flush, FlushResult};
use super::pending_request::PendingRequest;
use super::worker::{EngineInbox, spawn_worker};
use crate::Error;
use crate::telemetry::connection::{Connection, Connections};
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::{PerSignal, Signal};

pub(crate) use super::engine::SplitRequest;

/// The thread stops on [`stop`](Self::stop), or when the last handle is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Delivery(PerSignal<EngineHandle>);

/// The handle to the engine of one signal.
#[derive(Clone, Debug)]
struct EngineHandle {
    submissions: mpsc::Sender<Vec<PendingRequest>>,
    commands: mpsc::UnboundedSender<Command>,
    submitted: Arc<AtomicU64>,
    blocked: Arc<AtomicBool>,
}

impl Delivery {
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub(crate) fn start(
        connections: Connections,
        counters: &Arc<Counters>,
        split: SplitRequest,
    ) -> Result<Self, Error> {
        let Connections {
            logs,
            metrics,
            traces,
        } = connections;
        let channels = PerSignal {
            logs: EngineHandle::new(Signal::Logs, logs),
            metrics: EngineHandle::new(Signal::Metrics, metrics),
            traces: EngineHandle::new(Signal::Traces, traces),
        };
        let handle = Self(PerSignal::from_fn(|signal| channels.get(signal).0.clone()));
        let inboxes = [channels.logs.1, channels.metrics.1, channels.traces.1];
        let started = spawn_worker(counters, split, inboxes);
        started.map_err(|error| {
            Error::export("could not start the delivery thread").with_source(error)
        })?;
        Ok(handle)
    }

    /// Submits requests. Waits while too many of the signal are waiting, which
    /// blocks its exporter and no other. Fails after the thread has stopped.
    pub(crate) async fn submit(
        &self,
        signal: Signal,
        build: impl FnOnce(u64) -> Vec<PendingRequest>,
    ) -> Result<(), Stopped> {
        let engine = self.0.get(signal);
        let slot = engine.submissions.reserve().await.map_err(|_| Stopped)?;
        let sequence = engine.submitted.fetch_add(1, SeqCst);
        slot.send(build(sequence));
        Ok(())
    }

    /// Waits until every submitted request was delivered or lost; returns the signals
    /// that this is not true of. Gives up a receiver that cannot be reached after
    /// `patience`. With `try_new`, what is new is sent even during the pause after an
    /// authentication failure.
    pub(crate) fn flush(&self, limit: Duration, patience: Instant, try_new: bool) -> Vec<Signal> {
        let now = Instant::now();
        let until = now.checked_add(limit).unwrap_or(now);
        let results = self.send_commands(limit, |engine, reply| {
            Command::Flush(Flush {
                sequence: engine.submitted.load(SeqCst),
                patience,
                until,
                try_new,
                reply,
            })
        });
        let results = Signal::ALL.into_iter().zip(results);
        let incomplete = results.filter(|(_, result)| *result != FlushResult::Complete);
        incomplete.map(|(signal, _)| signal).collect()
    }

    /// Ends the backoff of receivers that could not be reached.
    pub(crate) fn try_again(&self) {
        for signal in Signal::ALL {
            // Fails after the engine has stopped.
            let _ = self.0.get(signal).commands.send(Command::TryAgain);
        }
    }

    /// Whether [`submit`](Self::submit) waits, because the backlog is full, and will
    /// wait for long: the receiver cannot be reached or refuses the credentials.
    pub(crate) fn is_blocked(&self, signal: Signal) -> bool {
        self.0.get(signal).blocked.load(Relaxed)
    }

    /// Stops sending. Waiting requests are lost, and not counted here.
    pub(crate) fn stop(&self) {
        self.send_commands(STOP_TIMEOUT, |_, reply| Command::Stop(reply));
    }

    /// Sends a command to all engines before it waits for the first reply.
    fn send_commands(
        &self,
        limit: Duration,
        command: impl Fn(&EngineHandle, SyncSender<FlushResult>) -> Command,
    ) -> [FlushResult; 3] {
        let started = Instant::now();
        let replies = Signal::ALL.map(|signal| {
            let engine = self.0.get(signal);
            let (reply, result) = sync_channel(1);
            let sent = engine.commands.send(command(engine, reply));
            sent.is_ok().then_some(result)
        });
        replies.map(|reply| {
            // An engine that has stopped has no waiting requests.
            reply.map_or(FlushResult::Complete, |reply| {
                let left = limit.saturating_sub(started.elapsed());
                reply.recv_timeout(left).unwrap_or(FlushResult::TimedOut)
            })
        })
    }
}

impl EngineHandle {
    fn new(signal: Signal, connection: Option<Result<Connection, String>>) -> (Self, EngineInbox) {
        let (submissions, submission_inbox) = mpsc::channel(1);
        let (commands, command_inbox) = mpsc::unbounded_channel();
        let handle = Self {
            submissions,
            commands,
            submitted: Arc::default(),
            blocked: Arc::default(),
        };
        let inbox = EngineInbox {
            signal,
            connection,
            submissions: submission_inbox,
            commands: command_inbox,
            blocked: Arc::clone(&handle.blocked),
        };
        (handle, inbox)
    }
}

/// The delivery thread has stopped.
#[derive(Debug)]
pub(crate) struct Stopped;

/// The thread has nothing left to do but end.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);
