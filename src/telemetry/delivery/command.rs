//! Commands to an engine.

use std::sync::mpsc::SyncSender;

pub(super) enum Command {
    /// Reply when every request with a lower sequence number was delivered or lost,
    /// or when that will take long.
    Flush(u64, SyncSender<FlushResult>),
    /// Stop, even if requests are waiting.
    Stop(SyncSender<FlushResult>),
}

/// Ordered from best to worst, to take the worst of several signals.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum FlushResult {
    /// Every request was delivered or lost.
    Complete,
    /// Authentication failed, so the remaining requests wait.
    Paused,
    TimedOut,
}
