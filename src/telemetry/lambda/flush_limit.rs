//! [`FlushLimit`]: how long an invocation waits for its telemetry.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Remembers a receiver that is away, so that not every invocation pays for it.
#[derive(Debug)]
pub(super) struct FlushLimit {
    pub(super) full: Duration,
    /// Set while the receiver is away: when the full limit applies again.
    away_until: Mutex<Option<Instant>>,
}

impl FlushLimit {
    pub(super) fn new(full: Duration) -> Self {
        Self {
            full,
            away_until: Mutex::new(None),
        }
    }

    /// The limit of the next flush.
    pub(super) fn next(&self, now: Instant) -> Duration {
        match *self.lock() {
            Some(until) if now < until => self.full.min(WHILE_AWAY),
            _ => self.full,
        }
    }

    pub(super) fn record(&self, limit: Duration, delivered: bool, now: Instant) {
        let mut away_until = self.lock();
        if delivered {
            *away_until = None;
        } else if limit == self.full {
            *away_until = Some(now + FULL_AGAIN);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.away_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Enough for a receiver that is back and whose connection is open.
pub(super) const WHILE_AWAY: Duration = Duration::from_millis(100);

/// A receiver that is back but slower than `WHILE_AWAY` is found again after this.
const FULL_AGAIN: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_limit_is_paid_once_while_the_receiver_is_away() {
        let full = Duration::from_secs(1);
        let limit = FlushLimit::new(full);
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(limit.next(start), full);
        limit.record(full, false, start);
        for seconds in [1, 15, 29] {
            assert_eq!(limit.next(after(seconds)), WHILE_AWAY);
            limit.record(WHILE_AWAY, false, after(seconds));
        }
        assert_eq!(limit.next(after(30)), full);
        limit.record(full, false, after(31));
        assert_eq!(limit.next(after(32)), WHILE_AWAY);
        limit.record(WHILE_AWAY, true, after(32));
        assert_eq!(limit.next(after(33)), full);
    }

    #[test]
    fn limit_below_that_of_an_absent_receiver_holds_always() {
        let full = Duration::from_millis(20);
        let limit = FlushLimit::new(full);
        let now = Instant::now();
        limit.record(full, false, now);
        assert_eq!(limit.next(now), full);
    }
}
