//! [`Support`]: whether the receiver takes the signal at all.

use std::time::{Duration, Instant};

/// A receiver may take spans alone. Its answer to the first requests of another
/// signal turns that signal off.
#[derive(Debug)]
pub(super) struct Support {
    /// Whether the receiver may not take the signal.
    optional: bool,
    /// A request was accepted before.
    accepted: bool,
    off_until: Option<Instant>,
    /// From a refusal to the next check.
    recheck_after: Duration,
}

impl Support {
    pub(super) fn new(optional: bool) -> Self {
        Self {
            optional,
            accepted: false,
            off_until: None,
            recheck_after: FIRST_RECHECK,
        }
    }

    pub(super) fn note_accepted(&mut self) {
        self.accepted = true;
        self.off_until = None;
    }

    /// The receiver does not know the signal. Returns whether the signal is off now;
    /// it is not if the receiver took it before.
    pub(super) fn note_unsupported(&mut self, now: Instant) -> bool {
        let off = self.optional && !self.accepted;
        if off {
            self.off_until = now.checked_add(self.recheck_after);
            self.recheck_after = (self.recheck_after * 2).min(MAX_RECHECK);
        }
        off
    }

    /// Whether requests are discarded. From time to time one is sent, because a proxy
    /// in front of a receiver that starts answers 404 too: soon at first, then seldom.
    pub(super) fn is_off(&self, now: Instant) -> bool {
        self.off_until.is_some_and(|until| now < until)
    }
}

/// Doubles with each check.
const FIRST_RECHECK: Duration = Duration::from_secs(15);
const MAX_RECHECK: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_was_never_accepted_is_off_until_the_next_check() {
        let (mut support, now) = (Support::new(true), Instant::now());
        assert!(!support.is_off(now));
        assert!(support.note_unsupported(now));
        assert!(support.is_off(now + FIRST_RECHECK / 2));
        assert!(!support.is_off(now + FIRST_RECHECK));
        support.note_accepted();
        assert!(!support.note_unsupported(now));
        assert!(!support.is_off(now));
    }

    #[test]
    fn the_checks_become_rarer() {
        let (mut support, mut now) = (Support::new(true), Instant::now());
        for seconds in [15, 30, 60, 120, 240, 300, 300] {
            assert!(support.note_unsupported(now));
            let next = now + Duration::from_secs(seconds);
            let before = now + Duration::from_secs(seconds - 1);
            assert!(support.is_off(before), "{seconds}");
            assert!(!support.is_off(next), "{seconds}");
            now = next;
        }
    }

    #[test]
    fn spans_are_never_optional() {
        let now = Instant::now();
        assert!(!Support::new(false).note_unsupported(now));
    }
}
