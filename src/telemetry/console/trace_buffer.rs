//! [`TraceBuffer`]: traces that wait to be printed.

use std::collections::HashMap;

use opentelemetry::trace::TraceId;

use super::trace::{FinishedSpan, Trace};

/// The traces with open spans. Bounded: beyond the limit the oldest trace is printed
/// early, and a very large trace keeps the spans that ended first.
#[derive(Debug, Default)]
pub(super) struct TraceBuffer {
    traces: HashMap<TraceId, (u64, Trace)>,
    /// The number of traces so far, which orders them by start.
    started: u64,
}

impl TraceBuffer {
    /// Returns the trace that was evicted, if any.
    pub(super) fn start_span(&mut self, id: TraceId) -> Option<Trace> {
        let evicted = self.evict_oldest(id);
        self.trace_mut(id).open += 1;
        evicted.filter(|trace| !trace.spans.is_empty())
    }

    /// Whether a finished span of the trace would be kept.
    pub(super) fn has_room(&self, id: TraceId) -> bool {
        let trace = self.traces.get(&id);
        trace.is_none_or(|(_, trace)| trace.spans.len() < MAX_SPANS)
    }

    /// `span` is `None` if it was not sampled. Returns the trace if no span of it is
    /// open.
    pub(super) fn end_span(&mut self, id: TraceId, span: Option<FinishedSpan>) -> Option<Trace> {
        let trace = self.trace_mut(id);
        // If the trace was evicted before the span ended, it is created again with
        // no open spans.
        trace.open = trace.open.saturating_sub(1);
        match span {
            Some(span) if trace.spans.len() < MAX_SPANS => trace.spans.push(span),
            // As `has_room` says.
            Some(_) => trace.dropped_spans += 1,
            None => {}
        }
        if trace.open > 0 {
            return None;
        }
        let (_, trace) = self.traces.remove(&id)?;
        Some(trace).filter(|trace| !trace.spans.is_empty())
    }

    /// Takes all finished spans, including those of open traces.
    pub(super) fn take_finished(&mut self) -> Vec<Trace> {
        let mut finished = Vec::new();
        for (started, trace) in self.traces.values_mut() {
            if !trace.spans.is_empty() {
                let rest = Trace {
                    open: trace.open,
                    ..Trace::new(trace.id)
                };
                finished.push((*started, std::mem::replace(trace, rest)));
            }
        }
        finished.sort_by_key(|(started, _)| *started);
        finished.into_iter().map(|(_, trace)| trace).collect()
    }

    fn trace_mut(&mut self, id: TraceId) -> &mut Trace {
        let started = &mut self.started;
        let (_, trace) = self.traces.entry(id).or_insert_with(|| {
            *started += 1;
            (*started, Trace::new(id))
        });
        trace
    }

    fn evict_oldest(&mut self, id: TraceId) -> Option<Trace> {
        if self.traces.len() < MAX_TRACES || self.traces.contains_key(&id) {
            return None;
        }
        let oldest = self
            .traces
            .iter()
            .min_by_key(|(_, (started, _))| *started)
            .map(|(id, _)| *id)?;
        self.traces.remove(&oldest).map(|(_, trace)| trace)
    }
}

const MAX_TRACES: usize = 256;
const MAX_SPANS: usize = 1_000;

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use opentelemetry::trace::SpanId;

    use super::*;
    use crate::telemetry::console::details::Details;

    fn span(id: u64) -> FinishedSpan {
        FinishedSpan {
            id: SpanId::from(id),
            parent: SpanId::INVALID,
            name: format!("span {id}"),
            start: SystemTime::UNIX_EPOCH,
            end: SystemTime::UNIX_EPOCH,
            details: Details::default(),
        }
    }

    fn trace(id: u64) -> TraceId {
        TraceId::from(u128::from(id))
    }

    #[test]
    fn a_trace_is_complete_when_its_last_span_ends() {
        let mut buffer = TraceBuffer::default();
        buffer.start_span(trace(1));
        buffer.start_span(trace(1));
        // The root ends while a stream below it is still open.
        assert!(buffer.end_span(trace(1), Some(span(1))).is_none());
        let printed = buffer.end_span(trace(1), Some(span(2))).unwrap();
        assert_eq!(printed.spans.len(), 2);
        assert!(buffer.traces.is_empty());
    }

    #[test]
    fn take_finished_keeps_open_traces() {
        let mut buffer = TraceBuffer::default();
        buffer.start_span(trace(1));
        buffer.start_span(trace(1));
        buffer.end_span(trace(1), Some(span(1)));
        let taken = buffer.take_finished();
        assert_eq!((taken.len(), taken[0].open), (1, 1));
        assert!(buffer.take_finished().is_empty());
        let printed = buffer.end_span(trace(1), Some(span(2))).unwrap();
        assert_eq!(printed.spans.len(), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let mut buffer = TraceBuffer::default();
        let max = u64::try_from(MAX_TRACES).unwrap();
        for id in 1..=max {
            buffer.start_span(trace(id));
            buffer.start_span(trace(id));
            buffer.end_span(trace(id), Some(span(id)));
        }
        assert_eq!(buffer.start_span(trace(max + 1)).unwrap().id, trace(1));
        assert_eq!(buffer.traces.len(), MAX_TRACES);
        // A span that was open when its trace was evicted is shown alone.
        let printed = buffer.end_span(trace(1), Some(span(9))).unwrap();
        assert_eq!(printed.spans.len(), 1);

        buffer.start_span(trace(max + 1));
        for id in 0..1_005 {
            buffer.start_span(trace(max + 1));
            buffer.end_span(trace(max + 1), Some(span(id)));
        }
        let large = buffer.take_finished().pop().unwrap();
        assert_eq!((large.spans.len(), large.dropped_spans), (1_000, 5));
    }
}
