//! The running counts.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::stats::{SignalStats, TelemetryStats};
use crate::telemetry::signal::Signal;

/// Shared by the parts of the pipeline.
#[derive(Debug, Default)]
pub(in crate::telemetry) struct Counters {
    logs: SignalCounters,
    metrics: SignalCounters,
    traces: SignalCounters,
    retried: AtomicU64,
    split: AtomicU64,
    bytes_sent: AtomicU64,
    said: AtomicBool,
}

#[derive(Debug, Default)]
struct SignalCounters {
    /// Ended, and given to the pipeline.
    taken: AtomicU64,
    /// Of these, still in front of the exporter.
    queued: AtomicU64,
    exported: AtomicU64,
    queue_full: AtomicU64,
    expired: AtomicU64,
    refused: AtomicU64,
    stopped: AtomicU64,
    rejected: AtomicU64,
    truncated: AtomicU64,
    shortened: AtomicU64,
    reported: AtomicU64,
    problem: Mutex<String>,
}

/// Why something was lost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::telemetry) enum Loss {
    /// No try succeeded in time.
    Expired,
    /// The receiver wants no other try.
    Refused,
    /// Part of an accepted request was refused.
    Rejected,
}

impl Counters {
    pub(in crate::telemetry) fn stats(&self) -> TelemetryStats {
        TelemetryStats {
            spans: self.traces.stats(),
            metrics: self.metrics.stats(),
            logs: self.logs.stats(),
            retried: self.retried.load(Relaxed),
            split: self.split.load(Relaxed),
            bytes_sent: self.bytes_sent.load(Relaxed),
        }
    }

    /// Takes a place in the queue, if one of `capacity` is free.
    pub(in crate::telemetry) fn enter_queue(&self, signal: Signal, capacity: u64) -> bool {
        let counters = self.of(signal);
        let entered = counters.queued.fetch_add(1, Relaxed) < capacity;
        if entered {
            counters.taken.fetch_add(1, Relaxed);
        } else {
            counters.queued.fetch_sub(1, Relaxed);
            // Said once: this is the application's thread.
            if counters.queue_full.fetch_add(1, Relaxed) == 0 {
                self.note(signal, "more ended than could be sent");
            }
        }
        entered
    }

    /// Gives places in the queue back: the exporter has what was there.
    pub(in crate::telemetry) fn leave_queue(&self, signal: Signal, items: u64) {
        self.of(signal).queued.fetch_sub(items, Relaxed);
    }

    /// Takes what passes no queue.
    pub(in crate::telemetry) fn take(&self, signal: Signal, items: u64) {
        self.of(signal).taken.fetch_add(items, Relaxed);
    }

    pub(in crate::telemetry) fn add_exported(&self, signal: Signal, items: u64) {
        self.of(signal).exported.fetch_add(items, Relaxed);
    }

    pub(in crate::telemetry) fn add_dropped(&self, signal: Signal, items: u64) {
        self.of(signal).queue_full.fetch_add(items, Relaxed);
    }

    pub(in crate::telemetry) fn add_lost(
        &self,
        signal: Signal,
        items: u64,
        loss: Loss,
        problem: &str,
    ) {
        let counters = self.of(signal);
        let counter = match loss {
            Loss::Expired => &counters.expired,
            Loss::Refused => &counters.refused,
            Loss::Rejected => &counters.rejected,
        };
        counter.fetch_add(items, Relaxed);
        self.note(signal, problem);
    }

    /// What still waits will not be sent any more: the pipeline stops.
    pub(in crate::telemetry) fn give_up(&self, signal: Signal) {
        let counters = self.of(signal);
        // Held while counting: the guard and an exporter that finds the pipeline
        // stopped must not count the same items twice.
        let _counting = counters.problem();
        let waiting = counters.stats().waiting;
        counters.stopped.fetch_add(waiting, Relaxed);
    }

    pub(in crate::telemetry) fn add_truncated(&self, signal: Signal, values: u64) {
        self.of(signal).truncated.fetch_add(values, Relaxed);
    }

    pub(in crate::telemetry) fn add_shortened(&self, signal: Signal, items: u64) {
        self.of(signal).shortened.fetch_add(items, Relaxed);
    }

    pub(in crate::telemetry) fn add_retried(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    pub(in crate::telemetry) fn add_split(&self) {
        self.split.fetch_add(1, Relaxed);
    }

    pub(in crate::telemetry) fn add_bytes(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes_sent.fetch_add(bytes, Relaxed);
    }

    /// Remembers why nothing arrives at the moment.
    pub(in crate::telemetry) fn note(&self, signal: Signal, problem: &str) {
        problem.clone_into(&mut self.of(signal).problem());
    }

    /// Why the last of a signal was lost, or why it waits.
    pub(in crate::telemetry) fn problem(&self, signal: Signal) -> String {
        let problem = self.of(signal).problem().clone();
        if problem.is_empty() {
            return "there was no time to send it".to_owned();
        }
        problem
    }

    /// What was lost since this was last asked.
    pub(in crate::telemetry) fn take_unreported(&self) -> Vec<(Signal, u64)> {
        let unreported = Signal::ALL.map(|signal| {
            let counters = self.of(signal);
            let lost = counters.stats().lost();
            (
                signal,
                lost.saturating_sub(counters.reported.swap(lost, Relaxed)),
            )
        });
        let lost = unreported.into_iter().rev();
        lost.filter(|(_, lost)| *lost > 0).collect()
    }

    /// True for the first caller: a loss is said once, then only counted.
    pub(in crate::telemetry) fn first_to_say(&self) -> bool {
        !self.said.swap(true, Relaxed)
    }

    fn of(&self, signal: Signal) -> &SignalCounters {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        }
    }
}

impl SignalCounters {
    fn problem(&self) -> MutexGuard<'_, String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stats(&self) -> SignalStats {
        let mut stats = SignalStats {
            exported: self.exported.load(Relaxed),
            queue_full: self.queue_full.load(Relaxed),
            expired: self.expired.load(Relaxed),
            refused: self.refused.load(Relaxed),
            stopped: self.stopped.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            truncated: self.truncated.load(Relaxed),
            shortened: self.shortened.load(Relaxed),
            waiting: 0,
        };
        // What found no place was never taken.
        let known = stats.exported + stats.lost() - stats.queue_full;
        stats.waiting = self.taken.load(Relaxed).saturating_sub(known);
        stats
    }
}
