//! What is kept of a trace until it is printed.

use std::time::SystemTime;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::details::Details;
use super::text::clean;

/// The finished spans of one trace.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) spans: Vec<Finished>,
    /// Spans that have started and not ended.
    pub(super) open: u64,
    /// Finished spans that were not kept.
    pub(super) cut: u64,
}

impl Trace {
    pub(super) fn new(id: TraceId) -> Self {
        Self {
            id,
            spans: Vec::new(),
            open: 0,
            cut: 0,
        }
    }
}

/// A finished span, without its content: a waiting trace costs little.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) id: SpanId,
    /// Invalid where the span has none.
    pub(super) parent: SpanId,
    pub(super) name: String,
    pub(super) start: SystemTime,
    pub(super) end: SystemTime,
    pub(super) details: Details,
}

impl From<SpanData> for Finished {
    fn from(span: SpanData) -> Self {
        Self {
            id: span.span_context.span_id(),
            parent: span.parent_span_id,
            name: clean(&span.name),
            start: span.start_time,
            // A clock set back must not make a span of negative length.
            end: span.end_time.max(span.start_time),
            details: Details::read(&span),
        }
    }
}
