//! A streamed response, and the times of its events.

use std::time::{Duration, Instant};

/// A stream that is being read. Times are counted from the start of the call.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub(crate) events: i64,
    pub(crate) time_to_first_chunk: Option<Duration>,
    pub(crate) time_to_last_event: Option<Duration>,
    /// From each event to the next, in microseconds; `None` if no metric needs
    /// them.
    event_gaps: Option<Vec<u32>>,
    /// The model reported its end.
    pub(crate) completed: bool,
    /// No event reports the end: the stream is complete when its body ends.
    pub(crate) completes_at_end: bool,
    /// The caller sends events while the response arrives.
    pub(crate) is_bidirectional: bool,
    /// `None` for a stream of events.
    pub(crate) bytes: Option<i64>,
}

impl Stream {
    /// Keeps the times between events from now on. In a bidirectional stream
    /// they depend on the user as much as on the model, so they are not kept.
    pub(crate) fn keep_event_gaps(&mut self) {
        self.event_gaps = (!self.is_bidirectional).then(Vec::new);
    }

    pub(crate) fn event_gaps(&self) -> impl Iterator<Item = Duration> {
        let gaps = self.event_gaps.iter().flatten();
        gaps.map(|gap| Duration::from_micros((*gap).into()))
    }

    /// Counts an event and records its time.
    pub(crate) fn record_event(&mut self, started: Instant) {
        self.events = self.events.saturating_add(1);
        self.record_time(started);
    }

    /// Counts an event that is not read. Once the response is complete, its time is
    /// that of the last event.
    pub(crate) fn count_unread_event(&mut self, started: Instant) {
        self.events = self.events.saturating_add(1);
        if self.completed {
            self.time_to_last_event = Some(started.elapsed());
        }
    }

    /// Counts the bytes of a byte stream and records their time.
    pub(crate) fn record_bytes(&mut self, length: usize, started: Instant) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.bytes = Some(self.bytes.unwrap_or(0).saturating_add(length));
        self.record_time(started);
    }

    fn record_time(&mut self, started: Instant) {
        let now = started.elapsed();
        self.time_to_first_chunk.get_or_insert(now);
        let last = self.time_to_last_event.replace(now);
        let gaps = self
            .event_gaps
            .as_mut()
            .filter(|gaps| gaps.len() < MAX_GAPS);
        if let (Some(last), Some(gaps)) = (last, gaps) {
            let gap = now.saturating_sub(last).as_micros();
            gaps.push(u32::try_from(gap).unwrap_or(u32::MAX));
        }
    }
}

/// Of a longer stream, the first gaps are kept: 8 KiB of memory.
const MAX_GAPS: usize = 2_048;
