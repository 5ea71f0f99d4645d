//! [`Flushes`]: flushes that wait for a reply.

use std::time::{Duration, Instant};

use super::command::{Flush, FlushResult};

#[derive(Default)]
pub(super) struct Flushes(Vec<Waiting>);

struct Waiting {
    flush: Flush,
    /// Consecutive attempts that reached no receiver, since the flush began.
    unreachable: u32,
    /// Whether the last attempt before the flush is given up was due.
    tried_last: bool,
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
        self.0.push(Waiting {
            flush,
            unreachable: 0,
            tried_last: false,
        });
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

    /// Whether a flush is about to be given up: once each. The receiver may be back
    /// since the last attempt.
    pub(super) fn take_last_try(&mut self, now: Instant) -> bool {
        let mut is_due = false;
        for waiting in &mut self.0 {
            if waiting.is_unreachable() && !waiting.tried_last && now >= waiting.last_try() {
                waiting.tried_last = true;
                is_due = true;
            }
        }
        is_due
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
            let (last_try, patience) = (waiting.last_try(), waiting.flush.patience);
            let end = if !waiting.is_unreachable() {
                None
            } else if waiting.tried_last {
                // After that, only an attempt or the limit changes the result.
                Some(patience).filter(|end| now < *end)
            } else {
                Some(last_try)
            };
            end.map_or(waiting.flush.until, |end| end.min(waiting.flush.until))
        });
        ends.min()
    }
}

impl Waiting {
    fn is_unreachable(&self) -> bool {
        self.unreachable >= MIN_ATTEMPTS
    }

    fn last_try(&self) -> Instant {
        let patience = self.flush.patience;
        patience.checked_sub(LAST_TRY).unwrap_or(patience)
    }

    fn result(&self, progress: &Progress, now: Instant) -> Option<FlushResult> {
        let sequence = self.flush.sequence;
        let received = progress.received >= sequence;
        if received && progress.oldest.is_none_or(|oldest| oldest >= sequence) {
            Some(FlushResult::Complete)
        } else if progress.unauthorized && (received || progress.full) {
            Some(FlushResult::Paused)
        } else if self.is_unreachable() && self.tried_last && now >= self.flush.patience {
            Some(FlushResult::Unreachable)
        } else {
            None
        }
    }
}

/// Before a flush is given up: leaves time for one more exchange.
const LAST_TRY: Duration = Duration::from_millis(250);
/// One refused connection may be a receiver that restarts.
pub(super) const MIN_ATTEMPTS: u32 = 3;
