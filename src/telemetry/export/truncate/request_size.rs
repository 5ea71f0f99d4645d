//! Truncates a single record that is too large for a request.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use super::text::truncate_bytes;
use crate::telemetry::export::payload::attributes::visit_attributes;
use crate::telemetry::export::payload::otlp_payload::OtlpPayload;

/// Truncates the longest texts of a payload, all to the same length, until it
/// encodes to at most `max` bytes; or to nothing, if something else makes it large.
///
/// Compression only makes the body smaller, so it fits on the wire as well.
pub(crate) fn truncate_to_size(payload: &mut OtlpPayload, max: usize) {
    let mut bytes = 0;
    visit_texts(payload, |text| bytes = bytes.max(text.len()));
    while payload.encoded_len() > max && bytes > 0 {
        bytes = bytes / 4 * 3;
        visit_texts(payload, |text| truncate_bytes(text, bytes));
    }
}

fn visit_texts(payload: &mut OtlpPayload, mut visit: impl FnMut(&mut String)) {
    visit_attributes(payload, |_, attributes| {
        for text in attributes.iter_mut().filter_map(text_value) {
            visit(text);
        }
    });
}

fn text_value(attribute: &mut KeyValue) -> Option<&mut String> {
    match attribute.value.as_mut()?.value.as_mut()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}
