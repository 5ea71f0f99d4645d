//! The W3C Trace Context headers `traceparent` and `tracestate`.

use std::fmt;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// The header values for one span.
#[derive(Debug)]
pub(crate) struct TraceHeaders {
    pub(crate) parent: String,
    pub(crate) state: Option<String>,
}

impl TraceHeaders {
    /// `None` for an invalid span context.
    pub(crate) fn from_span(span: &SpanContext) -> Option<Self> {
        let mut parent = String::with_capacity(55);
        if !span.is_valid() || write_traceparent(span, &mut parent).is_err() {
            return None;
        }
        let state = span.trace_state().header();
        Some(Self {
            parent,
            state: Some(state).filter(|state| !state.is_empty()),
        })
    }
}

/// Writes `00-{trace id}-{span id}-{flags}`. Only the flag `sampled` is defined.
pub(super) fn write_traceparent(span: &SpanContext, to: &mut impl fmt::Write) -> fmt::Result {
    let sampled = span.trace_flags() & TraceFlags::SAMPLED;
    write!(
        to,
        "00-{}-{}-{sampled:02x}",
        span.trace_id(),
        span.span_id()
    )
}

/// Parses a `traceparent`. The standard requires lower case, and that fields
/// appended by later versions are ignored.
pub(super) fn parse_traceparent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let mut hex = |digits: usize| {
        let part = parts.next()?;
        let valid = part.len() == digits
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        valid.then_some(part)
    };
    let (version, trace, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
    if version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

/// Parses a `tracestate`. Of a duplicate key the first entry is kept, which is the
/// latest. A malformed list is dropped; the trace continues.
pub(super) fn parse_tracestate(text: &str) -> TraceState {
    let mut entries: Vec<&str> = Vec::new();
    for entry in text.split(',').map(str::trim) {
        let is_known = entries.iter().any(|known| key_of(known) == key_of(entry));
        if !is_known {
            entries.push(entry);
        }
    }
    entries.join(",").parse().unwrap_or(TraceState::NONE)
}

fn key_of(entry: &str) -> Option<&str> {
    entry.split('=').next()
}

pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const TRACESTATE: &str = "tracestate";
