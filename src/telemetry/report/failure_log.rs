//! [`FailureLog`]: which failures of a signal were logged.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::failure::Cause;

/// Decides whether a failure is logged: once for each cause, and again after the
/// signal has recovered, at most once a minute.
#[derive(Debug, Default)]
pub(crate) struct FailureLog(Mutex<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    cause: Cause,
    logged: Instant,
    recovered: bool,
}

impl FailureLog {
    /// True if the failure is to be logged, which the caller then does.
    pub(crate) fn claim(&self, cause: Cause, now: Instant) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.cause == cause) {
            let due = entry.recovered && now.duration_since(entry.logged) >= MIN_INTERVAL;
            if due {
                entry.logged = now;
                entry.recovered = false;
            }
            return due;
        }
        entries.push(Entry {
            cause,
            logged: now,
            recovered: false,
        });
        true
    }

    /// A request was accepted in full.
    pub(crate) fn recover(&self) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.iter_mut() {
            entry.recovered = true;
        }
    }
}

/// Bounds the warnings about a receiver that fails and recovers in turns.
const MIN_INTERVAL: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_logged_once_for_each_cause() {
        let (log, now) = (FailureLog::default(), Instant::now());
        assert!(log.claim(Cause::Status(503), now));
        assert!(!log.claim(Cause::Status(503), now));
        assert!(log.claim(Cause::Status(429), now));
        assert!(log.claim(Cause::Connection, now));
        let later = now + 10 * MIN_INTERVAL;
        assert!(!log.claim(Cause::Connection, later));
    }

    #[test]
    fn a_failure_is_logged_again_after_recovery_at_most_once_a_minute() {
        let (log, now) = (FailureLog::default(), Instant::now());
        assert!(log.claim(Cause::Timeout, now));
        log.recover();
        // A receiver that fails and recovers in turns.
        assert!(!log.claim(Cause::Timeout, now + MIN_INTERVAL / 2));
        assert!(log.claim(Cause::Timeout, now + MIN_INTERVAL));
        assert!(!log.claim(Cause::Timeout, now + 5 * MIN_INTERVAL));
        log.recover();
        assert!(log.claim(Cause::Timeout, now + 5 * MIN_INTERVAL));
    }
}
