//! A streamed answer, and the times of its events.

use std::time::{Duration, Instant};

/// A stream in flight.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// Frames that held an event.
    pub(crate) events: i64,
    /// From the start of the call to the first event.
    pub(crate) first_chunk: Option<Duration>,
    /// From the start of the call to the last event.
    pub(crate) last_event: Option<Duration>,
    /// From each event to the next, in microseconds; `None` where nobody asks.
    gaps: Option<Vec<u32>>,
    /// The model said that it was done.
    pub(crate) completed: bool,
    /// Nothing in the stream says that it is done: its end does.
    pub(crate) ends_with_body: bool,
    /// The caller sends events meanwhile, and the answer waits for them.
    pub(crate) converses: bool,
    /// Bytes that passed; `None` for a stream of events.
    pub(crate) bytes: Option<i64>,
}

impl Stream {
    /// Keeps the times between events from now on. In a conversation they are
    /// the user's as much as the model's, and nothing is kept of them.
    pub(crate) fn keep_gaps(&mut self) {
        self.gaps = (!self.converses).then(Vec::new);
    }

    /// From each event to the next, as far as they are kept.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = Duration> {
        let gaps = self.gaps.iter().flatten();
        gaps.map(|gap| Duration::from_micros((*gap).into()))
    }

    /// Counts and times an event.
    pub(crate) fn event(&mut self, started: Instant) {
        self.events = self.events.saturating_add(1);
        self.passed(started);
    }

    /// Counts and times a piece of a stream of bytes.
    pub(crate) fn piece(&mut self, length: usize, started: Instant) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.bytes = Some(self.bytes.unwrap_or(0).saturating_add(length));
        self.passed(started);
    }

    fn passed(&mut self, started: Instant) {
        let now = started.elapsed();
        self.first_chunk.get_or_insert(now);
        let last = self.last_event.replace(now);
        let gaps = self.gaps.as_mut().filter(|gaps| gaps.len() < MAX_GAPS);
        if let (Some(last), Some(gaps)) = (last, gaps) {
            let gap = now.saturating_sub(last).as_micros();
            gaps.push(u32::try_from(gap).unwrap_or(u32::MAX));
        }
    }
}

/// Of longer streams the first: 8 KiB of memory.
const MAX_GAPS: usize = 2_048;
