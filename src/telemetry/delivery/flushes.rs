//! [`Flushes`]: flushes that wait for a reply.

use std::time::Instant;

use super::command::{Flush, FlushResult};

#[derive(Default)]
pub(super) struct Flushes(Vec<Waiting>);

struct Waiting {
    flush: Flush,
    /// Consecutive attempts without a connection, since the flush began.
    unreachable: u32,
}

/// What the engine knows when it replies.
pub(super) struct Progress {
    /// Submissions received.
    pub(super) received: u64,
    /// The lowest sequence number that is neither delivered nor lost.
    pub(super) oldest: Option<u64>,
    pub(super) unauthorized: bool,
}

impl Flushes {
    pub(super) fn push(&mut self, flush: Flush) {
        let unreachable = 0;
        self.0.push(Waiting { flush, unreachable });
    }

    pub(super) fn try_new(&self) -> bool {
        self.0.iter().any(|waiting| waiting.flush.try_new)
    }

    /// Notes the end of an attempt.
    pub(super) fn note_attempt(&mut self, unreachable: bool) {
        for waiting in &mut self.0 {
            waiting.unreachable = if unreachable {
                waiting.unreachable.saturating_add(1)
            } else {
                0
            };
        }
    }

    /// Replies to flushes that are complete, and to those that further waiting does
    /// not help.
    pub(super) fn reply(&mut self, progress: &Progress, now: Instant) {
        self.0.retain(|waiting| {
            let flush = &waiting.flush;
            let result = if progress.received < flush.sequence {
                None
            } else if progress
                .oldest
                .is_none_or(|oldest| oldest >= flush.sequence)
            {
                Some(FlushResult::Complete)
            } else if progress.unauthorized {
                Some(FlushResult::Paused)
            } else if waiting.unreachable >= MIN_ATTEMPTS && now >= flush.patience {
                Some(FlushResult::Unreachable)
            } else {
                None
            };
            if let Some(result) = result {
                let _ = flush.reply.try_send(result);
            }
            result.is_none()
        });
    }

    /// When a flush may be given up.
    pub(super) fn next_patience(&self) -> Option<Instant> {
        let unreachable = self.0.iter().filter(|it| it.unreachable >= MIN_ATTEMPTS);
        unreachable.map(|it| it.flush.patience).min()
    }
}

/// One refused connection may be a receiver that restarts.
const MIN_ATTEMPTS: u32 = 3;
