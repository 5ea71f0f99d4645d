//! [`Counters`]: the running counts of the pipeline.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::exchange::LastExchange;
use super::failure_log::FailureLog;
use super::stats::{SignalStats, TelemetryStats};
use crate::telemetry::signal::{PerSignal, Signal};

/// Shared by all parts of the pipeline.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    signals: PerSignal<SignalCounters>,
    pub(crate) retried: Count,
    pub(crate) split: Count,
    pub(crate) bytes_sent: Count,
}

#[derive(Debug, Default)]
pub(crate) struct SignalCounters {
    /// Items that entered the pipeline.
    pub(crate) received: Count,
    /// Of these, items still in front of the exporter.
    queued: AtomicU64,
    pub(crate) exported: Count,
    pub(crate) queue_full: Count,
    expired: Count,
    refused: Count,
    stopped: Count,
    rejected: Count,
    /// Items of a signal that the receiver does not take, which are no loss.
    pub(crate) unsupported: Count,
    pub(crate) truncated: Count,
    pub(crate) shortened: Count,
    /// Losses that `flush` or `shutdown` has returned as an error.
    reported: AtomicU64,
    /// An item was dropped at the full queue since the last recovery.
    was_full: AtomicBool,
    problems: Mutex<Problems>,
    pub(super) failure_log: FailureLog,
    pub(crate) last_exchange: LastExchange,
}

/// Descriptions for messages. Empty if there is none.
#[derive(Debug, Default)]
struct Problems {
    /// Of the last loss.
    loss: String,
    /// Why the signal is not delivered at the moment.
    waiting: String,
}

/// A queue without a free slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueFull {
    /// Whether to look if the loss is to be logged: for the first dropped item since the
    /// last recovery, and for some of the others, as the log may be silent for a while.
    pub(crate) report: bool,
}

/// A running count.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    /// Returns the count before.
    pub(crate) fn add(&self, count: impl TryInto<u64>) -> u64 {
        let count = count.try_into().unwrap_or(u64::MAX);
        self.0.fetch_add(count, Relaxed)
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Why items were lost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Loss {
    /// No attempt succeeded before the timeout.
    Expired,
    /// The receiver's response rules out a retry.
    Refused,
    /// The receiver rejected part of an accepted request.
    Rejected,
}

impl Counters {
    pub(crate) fn signal(&self, signal: Signal) -> &SignalCounters {
        self.signals.get(signal)
    }

    pub(crate) fn stats(&self) -> TelemetryStats {
        TelemetryStats {
            signals: PerSignal::from_fn(|signal| self.signal(signal).stats()),
            retried: self.retried.get(),
            split: self.split.get(),
            bytes_sent: self.bytes_sent.get(),
        }
    }

    /// Reserves a slot in a queue of `capacity`. If it is full, the item is counted as
    /// lost.
    pub(crate) fn enter_queue(&self, signal: Signal, capacity: u64) -> Result<(), QueueFull> {
        let counters = self.signal(signal);
        if counters.queued.fetch_add(1, Relaxed) < capacity {
            counters.received.add(1_u64);
            return Ok(());
        }
        counters.queued.fetch_sub(1, Relaxed);
        let dropped = counters.queue_full.add(1_u64);
        let first = !counters.was_full.load(Relaxed) && !counters.was_full.swap(true, Relaxed);
        if first {
            QUEUE_FULL.clone_into(&mut counters.lock_problems().loss);
        }
        let report = first || dropped.is_multiple_of(REPORT_EVERY);
        Err(QueueFull { report })
    }

    /// Frees the slots of items that the exporter has received.
    pub(crate) fn leave_queue(&self, signal: Signal, items: u64) {
        let counters = self.signal(signal);
        counters.queued.fetch_sub(items, Relaxed);
    }

    pub(crate) fn add_lost(&self, signal: Signal, items: u64, loss: Loss, problem: &str) {
        let counters = self.signal(signal);
        let counter = match loss {
            Loss::Expired => &counters.expired,
            Loss::Refused => &counters.refused,
            Loss::Rejected => &counters.rejected,
        };
        counter.add(items);
        problem.clone_into(&mut counters.lock_problems().loss);
    }

    /// Counts everything that is still waiting as lost: the pipeline has stopped.
    pub(crate) fn add_stopped(&self, signal: Signal) {
        let counters = self.signal(signal);
        // Held while counting: the guard and an exporter that finds the pipeline
        // stopped must not count the same items twice.
        let mut problems = counters.lock_problems();
        let waiting = counters.stats().waiting;
        counters.stopped.add(waiting);
        if waiting > 0 && !problems.waiting.is_empty() {
            let Problems { loss, waiting } = &mut *problems;
            loss.clone_from(waiting);
        }
    }

    /// Stores why the signal is not delivered at the moment.
    pub(crate) fn set_problem(&self, signal: Signal, problem: &str) {
        problem.clone_into(&mut self.signal(signal).lock_problems().waiting);
    }

    /// A request was sent: until there is a response, that is the problem.
    pub(crate) fn note_sent(&self, signal: Signal, url: impl FnOnce() -> String) {
        let mut problems = self.signal(signal).lock_problems();
        if problems.waiting.is_empty() {
            problems.waiting = format!("{}: no response yet", url());
        }
    }

    /// Why the signal's last loss happened.
    pub(crate) fn loss_problem(&self, signal: Signal) -> String {
        let problems = self.signal(signal).lock_problems();
        first_known([&problems.loss, &problems.waiting])
    }

    /// Why the signal is waiting.
    pub(crate) fn waiting_problem(&self, signal: Signal) -> String {
        let problems = self.signal(signal).lock_problems();
        first_known([&problems.waiting])
    }

    /// The losses since the previous call, spans first.
    pub(crate) fn take_unreported_losses(&self) -> Vec<(Signal, u64)> {
        let unreported = Signal::ALL.map(|signal| {
            let counters = self.signal(signal);
            let lost = counters.stats().sum_losses();
            let reported = counters.reported.swap(lost, Relaxed);
            (signal, lost.saturating_sub(reported))
        });
        let lost = unreported.into_iter().rev();
        lost.filter(|(_, lost)| *lost > 0).collect()
    }

    /// The signal's receiver has accepted a request in full: later failures are
    /// logged again.
    pub(crate) fn recover(&self, signal: Signal) {
        let counters = self.signal(signal);
        counters.failure_log.recover();
        counters.lock_problems().waiting.clear();
        counters.was_full.store(false, Relaxed);
    }
}

impl SignalCounters {
    fn lock_problems(&self) -> MutexGuard<'_, Problems> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stats(&self) -> SignalStats {
        let mut stats = SignalStats {
            exported: self.exported.get(),
            queue_full: self.queue_full.get(),
            expired: self.expired.get(),
            refused: self.refused.get(),
            stopped: self.stopped.get(),
            rejected: self.rejected.get(),
            unsupported: self.unsupported.get(),
            truncated: self.truncated.get(),
            shortened: self.shortened.get(),
            waiting: 0,
        };
        // Items dropped at the full queue were never received.
        let finished = stats.exported + stats.unsupported + stats.sum_losses() - stats.queue_full;
        stats.waiting = self.received.get().saturating_sub(finished);
        stats
    }
}

fn first_known<const N: usize>(problems: [&String; N]) -> String {
    let known = problems.into_iter().find(|problem| !problem.is_empty());
    known.map_or("not sent in time", String::as_str).to_owned()
}

pub(crate) const QUEUE_FULL: &str = "the export queue was full";
/// Few enough for the application's thread.
const REPORT_EVERY: u64 = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_drops_at_the_full_queue_are_reported() {
        let counters = Counters::default();
        let reports = |drops: u64| {
            let full = (0..drops).map(|_| counters.enter_queue(Signal::Traces, 0));
            full.filter(|it| it.is_err_and(|full| full.report)).count()
        };
        assert_eq!(reports(1_000), 1);
        assert_eq!(reports(1_000), 1, "one in 1,024");
        counters.recover(Signal::Traces);
        assert_eq!(reports(40), 1);
        assert_eq!(counters.stats().spans().dropped(), 2_040);
    }
}
