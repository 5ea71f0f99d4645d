//! Which traces wait to be printed.

use std::collections::HashMap;

use opentelemetry::trace::TraceId;

use super::trace::{Finished, Trace};

/// The traces with open spans. Bounded: the longest waiting trace is printed
/// as far as it got when one too many begins, and of a very large trace only
/// the spans that ended first are kept.
#[derive(Debug, Default)]
pub(super) struct Collector {
    traces: HashMap<TraceId, (u64, Trace)>,
    /// Numbers the traces in the order in which they began.
    began: u64,
}

impl Collector {
    /// A span has started. Returns the trace that had to make room.
    pub(super) fn started(&mut self, id: TraceId) -> Option<Trace> {
        let evicted = self.make_room_for(id);
        self.trace(id).open += 1;
        evicted.filter(|trace| !trace.spans.is_empty())
    }

    /// A span has ended, and is shown if there is one to show. Returns the
    /// trace if that was its last open span.
    pub(super) fn ended(&mut self, id: TraceId, span: Option<Finished>) -> Option<Trace> {
        let trace = self.trace(id);
        // The trace of a span may have been printed before its end: it is then
        // here anew, with nothing open.
        trace.open = trace.open.saturating_sub(1);
        match span {
            Some(span) if trace.spans.len() < MAX_SPANS => trace.spans.push(span),
            Some(_) => trace.cut += 1,
            None => {}
        }
        if trace.open > 0 {
            return None;
        }
        let (_, trace) = self.traces.remove(&id)?;
        Some(trace).filter(|trace| !trace.spans.is_empty())
    }

    /// All finished spans, of traces that go on too.
    pub(super) fn take_finished(&mut self) -> Vec<Trace> {
        let mut finished = Vec::new();
        for (began, trace) in self.traces.values_mut() {
            if !trace.spans.is_empty() {
                let rest = Trace {
                    open: trace.open,
                    ..Trace::new(trace.id)
                };
                finished.push((*began, std::mem::replace(trace, rest)));
            }
        }
        finished.sort_by_key(|(began, _)| *began);
        finished.into_iter().map(|(_, trace)| trace).collect()
    }

    fn trace(&mut self, id: TraceId) -> &mut Trace {
        let began = &mut self.began;
        let (_, trace) = self.traces.entry(id).or_insert_with(|| {
            *began += 1;
            (*began, Trace::new(id))
        });
        trace
    }

    fn make_room_for(&mut self, id: TraceId) -> Option<Trace> {
        if self.traces.len() < MAX_TRACES || self.traces.contains_key(&id) {
            return None;
        }
        let oldest = self
            .traces
            .iter()
            .min_by_key(|(_, (began, _))| *began)
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

    fn span(id: u64) -> Finished {
        Finished {
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
    fn a_trace_is_complete_when_nothing_is_open_any_more() {
        let mut collector = Collector::default();
        collector.started(trace(1));
        collector.started(trace(1));
        // The root ends while a stream under it is still read.
        assert!(collector.ended(trace(1), Some(span(1))).is_none());
        assert_eq!(
            collector
                .ended(trace(1), Some(span(2)))
                .unwrap()
                .spans
                .len(),
            2
        );
        assert!(collector.traces.is_empty());
    }

    #[test]
    fn a_flush_takes_what_is_finished_and_goes_on() {
        let mut collector = Collector::default();
        collector.started(trace(1));
        collector.started(trace(1));
        collector.ended(trace(1), Some(span(1)));
        let taken = collector.take_finished();
        assert_eq!((taken.len(), taken[0].open), (1, 1));
        assert!(collector.take_finished().is_empty());
        assert_eq!(
            collector
                .ended(trace(1), Some(span(2)))
                .unwrap()
                .spans
                .len(),
            1
        );
    }

    #[test]
    fn memory_is_bounded() {
        let mut collector = Collector::default();
        let max = u64::try_from(MAX_TRACES).unwrap();
        for id in 1..=max {
            collector.started(trace(id));
            collector.started(trace(id));
            collector.ended(trace(id), Some(span(id)));
        }
        assert_eq!(collector.started(trace(max + 1)).unwrap().id, trace(1));
        assert_eq!(collector.traces.len(), MAX_TRACES);
        // The span that was open when its trace made room is shown alone.
        assert_eq!(
            collector
                .ended(trace(1), Some(span(9)))
                .unwrap()
                .spans
                .len(),
            1
        );

        collector.started(trace(max + 1));
        for id in 0..1_005 {
            collector.started(trace(max + 1));
            collector.ended(trace(max + 1), Some(span(id)));
        }
        let large = collector.take_finished().pop().unwrap();
        assert_eq!((large.spans.len(), large.cut), (1_000, 5));
    }
}
