//! What New Relic keeps of an attribute.

use opentelemetry::{Array, KeyValue, StringValue, Value};

/// Shortens long strings and arrays, and leaves out attributes past the
/// maximum. Returns how many values it touched.
///
/// Content is shortened before, where its structure is known; this is the last
/// line, for what applications add.
pub(super) fn limit(attributes: &mut Vec<KeyValue>) -> u64 {
    let extra = attributes.len().saturating_sub(MAX_ATTRIBUTES);
    attributes.truncate(MAX_ATTRIBUTES);
    let shortened: usize = attributes
        .iter_mut()
        .map(|kv| usize::from(shorten(&mut kv.value)))
        .sum();
    u64::try_from(extra.saturating_add(shortened)).unwrap_or(u64::MAX)
}

fn shorten(value: &mut Value) -> bool {
    match value {
        Value::String(text) => shorten_text(text),
        Value::Array(Array::String(items)) => {
            let long = items.len() > MAX_ITEMS;
            items.truncate(MAX_ITEMS);
            // All are visited: `|` and not `||`.
            items
                .iter_mut()
                .fold(long, |touched, item| shorten_text(item) | touched)
        }
        Value::Array(Array::I64(items)) => cut(items),
        Value::Array(Array::F64(items)) => cut(items),
        Value::Array(Array::Bool(items)) => cut(items),
        _ => false,
    }
}

fn shorten_text(text: &mut StringValue) -> bool {
    let full = text.as_str();
    // Characters are never more than bytes, so short text is not walked.
    if full.len() <= MAX_CHARS || full.chars().nth(MAX_CHARS).is_none() {
        return false;
    }
    let kept: String = full.chars().take(MAX_CHARS - 1).chain(['…']).collect();
    *text = kept.into();
    true
}

fn cut<T>(items: &mut Vec<T>) -> bool {
    let long = items.len() > MAX_ITEMS;
    items.truncate(MAX_ITEMS);
    long
}

/// Attributes of a span or an event.
pub(super) const MAX_ATTRIBUTES: usize = 128;
const MAX_CHARS: usize = 4_095;
/// A longer array is not cut but dropped by New Relic.
const MAX_ITEMS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_at_a_character() {
        let mut attributes = vec![
            KeyValue::new("long", "é".repeat(5_000)),
            KeyValue::new("fits", "é".repeat(4_095)),
            KeyValue::new("many", Value::Array(Array::I64(vec![1; 65]))),
            KeyValue::new("number", 1),
        ];
        assert_eq!(limit(&mut attributes), 2);
        let text = attributes[0].value.to_string();
        assert_eq!(text.chars().count(), 4_095);
        assert!(text.ends_with("é…"));
        assert!(
            matches!(&attributes[2].value, Value::Array(Array::I64(items)) if items.len() == 64)
        );
    }

    #[test]
    fn attributes_past_the_maximum_are_left_out_and_counted() {
        let mut attributes = vec![KeyValue::new("x", 0); 130];
        assert_eq!(limit(&mut attributes), 2);
        assert_eq!(attributes.len(), 128);
    }
}
