//! Commands to an engine.

use std::sync::mpsc::SyncSender;
use std::time::Instant;

pub(super) enum Command {
    Flush(Flush),
    /// End the backoff of a receiver that could not be reached.
    TryAgain,
    /// Stop, even if requests are waiting.
    Stop(SyncSender<FlushResult>),
}

/// Reply when every request with a lower sequence number was delivered or lost, or
/// when that will take long.
pub(super) struct Flush {
    pub(super) sequence: u64,
    /// When a receiver that cannot be reached is given up.
    pub(super) patience: Instant,
    /// When the caller no longer waits for the reply.
    pub(super) until: Instant,
    /// Whether to try what is new during the pause after an authentication failure.
    pub(super) try_new: bool,
    pub(super) reply: SyncSender<FlushResult>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum FlushResult {
    /// Every request was delivered or lost.
    Complete,
    /// Authentication failed, so the remaining requests wait.
    Paused,
    /// The receiver cannot be reached, so the remaining requests wait.
    Unreachable,
    TimedOut,
}
