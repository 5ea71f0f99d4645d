//! The header of AWS X-Ray: `x-amzn-trace-id`.

use opentelemetry::trace::{SpanContext, TraceFlags};

use super::hex_ids::parse_ids;

/// Formats `Root=1-{8 digits}-{24 digits};Parent={span id};Sampled={0 or 1}`.
pub(super) fn format_trace_header(span: &SpanContext) -> String {
    let trace = format!("{:032x}", span.trace_id());
    let (epoch, unique) = trace.split_at_checked(8).unwrap_or_default();
    let sampled = u8::from(span.is_sampled());
    format!(
        "Root=1-{epoch}-{unique};Parent={};Sampled={sampled}",
        span.span_id()
    )
}

/// Parses a header. Other fields, such as `Self` and `Lineage`, are ignored. Without
/// `Parent`, as load balancers send it, there is no span to continue.
pub(super) fn parse_trace_header(text: &str) -> Option<SpanContext> {
    let field = |name: &str| {
        let mut fields = text.split(';').filter_map(|field| field.split_once('='));
        let (_, value) = fields.find(|(key, _)| key.trim() == name)?;
        Some(value.trim())
    };
    let (epoch, unique) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
    if epoch.len() != 8 || unique.len() != 24 {
        return None;
    }
    let flags = match field("Sampled") {
        Some("0") => TraceFlags::default(),
        // Missing or `?`: the decision is the receiver's.
        _ => TraceFlags::SAMPLED,
    };
    parse_ids(&format!("{epoch}{unique}"), field("Parent")?, flags)
}

pub(super) const TRACE_HEADER: &str = "x-amzn-trace-id";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_round_trips() {
        for sampled in ["0", "1"] {
            let text = format!(
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={sampled}"
            );
            let span = parse_trace_header(&text).unwrap();
            assert_eq!(
                span.trace_id().to_string(),
                "5759e988bd862e3fe1be46a994272793"
            );
            assert_eq!(span.span_id().to_string(), "53995c3f42cd8ad8");
            assert_eq!(span.is_sampled(), sampled == "1");
            assert_eq!(format_trace_header(&span), text);
        }
    }

    #[test]
    fn header_with_more_fields_is_read() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        for text in [
            format!("Self=1-67891234-12456789abcdef012345678;{root};Parent=53995c3f42cd8ad8"),
            format!(" {root} ; Parent=53995c3f42cd8ad8 ; Sampled=? ; Lineage=a87bd80c:0"),
        ] {
            assert!(parse_trace_header(&text).unwrap().is_sampled(), "{text}");
        }
    }

    #[test]
    fn invalid_header_is_no_parent() {
        for text in [
            "",
            "Root=1-5759e988-bd862e3fe1be46a994272793",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad",
            "Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "Root=1-5759e98-8bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000",
            "Root=1-5759e988-+d862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
        ] {
            assert_eq!(parse_trace_header(text), None, "{text}");
        }
    }
}
