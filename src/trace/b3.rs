//! Zipkin's B3 headers: `b3`, or one header for each part.

use opentelemetry::trace::{SpanContext, TraceFlags};

use super::hex_ids::parse_ids;

/// Formats `{trace id}-{span id}-{0 or 1}`.
pub(super) fn format_single(span: &SpanContext) -> String {
    format!("{}-{}-{}", span.trace_id(), span.span_id(), sampled(span))
}

/// `0` or `1`.
pub(super) fn sampled(span: &SpanContext) -> &'static str {
    if span.is_sampled() { "1" } else { "0" }
}

/// Parses the header `b3`. A decision alone (`0`) names no span.
pub(super) fn parse_single(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (trace, span) = (parts.next()?, parts.next()?);
    parse_parts(trace, span, parts.next())
}

/// Parses the values of the separate headers. A trace id of 64 bits is padded.
pub(super) fn parse_parts(trace: &str, span: &str, sampled: Option<&str>) -> Option<SpanContext> {
    let flags = match sampled {
        Some("0" | "false") => TraceFlags::default(),
        // `1`, `true` and `d` (debug). Missing: the decision is the receiver's.
        _ => TraceFlags::SAMPLED,
    };
    match trace.len() {
        16 => parse_ids(&format!("{trace:0>32}"), span, flags),
        _ => parse_ids(trace, span, flags),
    }
}

pub(super) const SINGLE: &str = "b3";
pub(super) const TRACE_ID: &str = "x-b3-traceid";
pub(super) const SPAN_ID: &str = "x-b3-spanid";
pub(super) const SAMPLED: &str = "x-b3-sampled";
pub(super) const FLAGS: &str = "x-b3-flags";
pub(super) const PARENT_SPAN_ID: &str = "x-b3-parentspanid";

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "80f198ee56343ba864fe8b2a57d3eff7";

    #[test]
    fn single_header_round_trips() {
        for end in ["0", "1"] {
            let text = format!("{TRACE}-e457b5a2e4d86bd1-{end}");
            let span = parse_single(&text).unwrap();
            assert_eq!(format_single(&span), text);
        }
    }

    #[test]
    fn short_ids_and_decisions_are_read() {
        let span = parse_single("64fe8b2a57d3eff7-e457b5a2e4d86bd1-d-05e3ac9a4f6e3b90").unwrap();
        assert_eq!(
            span.trace_id().to_string(),
            "000000000000000064fe8b2a57d3eff7"
        );
        assert!(span.is_sampled());
        let undecided = parse_parts(TRACE, "e457b5a2e4d86bd1", None).unwrap();
        assert!(undecided.is_sampled());
        let not = parse_parts(TRACE, "e457b5a2e4d86bd1", Some("false")).unwrap();
        assert!(!not.is_sampled());
    }

    #[test]
    fn invalid_header_is_no_parent() {
        for text in [
            "",
            "0",
            TRACE,
            "80f198ee56343ba8-e457b5a2e4d86bd-1",
            "00000000000000000000000000000000-e457b5a2e4d86bd1-1",
        ] {
            assert_eq!(parse_single(text), None, "{text}");
        }
    }
}
