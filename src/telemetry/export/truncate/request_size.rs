//! One record that is too large on its own.

use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::telemetry::export::payload::attributes::Attributes;
use crate::telemetry::export::payload::otlp_payload::Payload;

/// Cuts the longest texts of a payload, all to the same length, until it
/// encodes to at most `max` bytes; or to nothing, where something else makes it
/// large.
///
/// Compression only makes it smaller, so this many bytes fit on the wire.
pub(crate) fn shorten(payload: &mut Payload, max: usize) {
    let mut bytes = longest(payload);
    while payload.encoded_len() > max && bytes > 0 {
        bytes = bytes / 4 * 3;
        payload.visit(|_, attributes| cut(attributes, bytes));
    }
}

fn longest(payload: &mut Payload) -> usize {
    let mut longest = 0;
    payload.visit(|_, attributes| {
        let texts = attributes.iter().filter_map(|kv| {
            match kv.value.as_ref().and_then(|value| value.value.as_ref()) {
                Some(Value::StringValue(text)) => Some(text.len()),
                _ => None,
            }
        });
        longest = texts.max().unwrap_or(0).max(longest);
    });
    longest
}

fn cut(attributes: &mut Attributes, bytes: usize) {
    for kv in attributes {
        let value = kv.value.as_mut().and_then(|value| value.value.as_mut());
        if let Some(Value::StringValue(text)) = value
            && text.len() > bytes
        {
            let end = text.floor_char_boundary(bytes.saturating_sub(MARK.len()));
            text.truncate(end);
            text.push_str(if bytes > MARK.len() { MARK } else { "" });
        }
    }
}

/// At the end of a text that was cut.
const MARK: &str = "…";
