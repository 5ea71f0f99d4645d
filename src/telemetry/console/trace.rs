//! [`Trace`]: the finished spans of a trace until it is printed.

use std::time::SystemTime;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::details::Details;
use super::text::replace_controls;

/// The finished spans of one trace.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) spans: Vec<FinishedSpan>,
    /// Spans that have not ended.
    pub(super) open: u64,
    /// Finished spans beyond the limit.
    pub(super) dropped_spans: u64,
}

impl Trace {
    pub(super) fn new(id: TraceId) -> Self {
        Self {
            id,
            spans: Vec::new(),
            open: 0,
            dropped_spans: 0,
        }
    }
}

/// A finished span without its content, to save memory.
#[derive(Debug)]
pub(super) struct FinishedSpan {
    pub(super) id: SpanId,
    /// Invalid for a root.
    pub(super) parent: SpanId,
    pub(super) name: String,
    pub(super) start: SystemTime,
    pub(super) end: SystemTime,
    pub(super) details: Details,
}

impl From<SpanData> for FinishedSpan {
    fn from(span: SpanData) -> Self {
        Self {
            id: span.span_context.span_id(),
            parent: span.parent_span_id,
            name: replace_controls(&span.name),
            start: span.start_time,
            // A clock that was set back must not give a negative duration.
            end: span.end_time.max(span.start_time),
            details: Details::from_span(&span),
        }
    }
}
