//! Batches cut to what a receiver takes.

use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Cuts a batch into requests of at most `max` estimated bytes. A single span
/// above that is a request of its own.
pub(super) fn split(batch: Vec<SpanData>, max: usize) -> Vec<Vec<SpanData>> {
    let mut requests = Vec::new();
    let mut request = Vec::new();
    let mut size = ENVELOPE;
    for span in batch {
        let weight = weight(&span);
        if !request.is_empty() && size.saturating_add(weight) > max {
            requests.push(std::mem::take(&mut request));
            size = ENVELOPE;
        }
        size = size.saturating_add(weight);
        request.push(span);
    }
    if !request.is_empty() {
        requests.push(request);
    }
    requests
}

/// Never less than the encoded span.
pub(super) fn weight(span: &SpanData) -> usize {
    let events = span
        .events
        .iter()
        .map(|event| FIXED + event.name.len() + all(&event.attributes));
    let links = span.links.iter().map(|link| FIXED + all(&link.attributes));
    FIXED + span.name.len() + all(&span.attributes) + events.sum::<usize>() + links.sum::<usize>()
}

fn all(attributes: &[KeyValue]) -> usize {
    attributes
        .iter()
        .map(|kv| PER_VALUE + kv.key.as_str().len() + value(&kv.value))
        .sum()
}

fn value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(items)) => items
            .iter()
            .map(|item| PER_VALUE + item.as_str().len())
            .sum(),
        Value::Array(Array::I64(items)) => items.len() * PER_VALUE,
        Value::Array(Array::F64(items)) => items.len() * PER_VALUE,
        Value::Array(Array::Bool(items)) => items.len() * PER_VALUE,
        _ => 0,
    }
}

/// Resource and scopes, once in a request.
const ENVELOPE: usize = 8_192;
/// Ids, times, status and framing of a span, an event or a link.
const FIXED: usize = 256;
/// Framing of a value, or a number.
const PER_VALUE: usize = 24;
