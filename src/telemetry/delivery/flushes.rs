//! [`Flushes`]: flushes that wait for a reply.

use std::time::Instant;

use super::command::{Flush, FlushResult};

#[derive(Default)]
pub(super) struct Flushes(Vec<Waiting>);

struct Waiting {
    flush: Flush,
    /// Consecutive attempts that reached no receiver, since the flush began.
    unreachable: u32,
}

/// What the engine knows when it replies.
pub(super) struct Progress {
    /// Submissions received.
    pub(super) received: u64,
    /// Nothing is received, because too much is waiting.
    pub(super) full: bool,
    /// The lowest sequence number that is neither delivered nor lost.
    pub(super) oldest: Option<u64>,
    pub(super) unauthorized: bool,
}

impl Flushes {
    pub(super) fn push(&mut self, flush: Flush) {
        let unreachable = 0;
        self.0.push(Waiting { flush, unreachable });
    }

    pub(super) fn try_new(&self, now: Instant) -> bool {
        let mut flushes = self.0.iter().map(|waiting| &waiting.flush);
        flushes.any(|flush| flush.try_new && now < flush.until)
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

    /// Replies to flushes that are complete, to those that further waiting does not
    /// help, and to those whose limit is over.
    pub(super) fn reply(&mut self, progress: &Progress, now: Instant) {
        self.0.retain(|waiting| {
            let flush = &waiting.flush;
            let result = waiting.result(progress, now);
            let result = result.or((now >= flush.until).then_some(FlushResult::TimedOut));
            if let Some(result) = result {
                let _ = flush.reply.try_send(result);
            }
            result.is_none()
        });
    }

    /// When the next flush is given up, or its limit is over.
    pub(super) fn next_end(&self, now: Instant) -> Option<Instant> {
        let ends = self.0.iter().map(|waiting| {
            let patience = waiting.flush.patience;
            // After that, only an attempt or the limit changes the result.
            if waiting.unreachable >= MIN_ATTEMPTS && now < patience {
                patience.min(waiting.flush.until)
            } else {
                waiting.flush.until
            }
        });
        ends.min()
    }
}

impl Waiting {
    fn result(&self, progress: &Progress, now: Instant) -> Option<FlushResult> {
        let sequence = self.flush.sequence;
        let received = progress.received >= sequence;
        if received && progress.oldest.is_none_or(|oldest| oldest >= sequence) {
            Some(FlushResult::Complete)
        } else if progress.unauthorized && (received || progress.full) {
            Some(FlushResult::Paused)
        } else if self.unreachable >= MIN_ATTEMPTS && now >= self.flush.patience {
            Some(FlushResult::Unreachable)
        } else {
            None
        }
    }
}

/// One refused connection may be a receiver that restarts.
pub(super) const MIN_ATTEMPTS: u32 = 3;
