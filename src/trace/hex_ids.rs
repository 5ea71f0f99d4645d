//! Trace and span ids in hexadecimal digits.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// The remote span of these ids, of 32 and 16 digits. `None` for anything else and
/// for zero.
pub(super) fn parse_ids(trace: &str, span: &str, flags: TraceFlags) -> Option<SpanContext> {
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !is_hex(trace, 32) || !is_hex(span, 16) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        flags,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}
