//! Truncates JSON so that it stays valid JSON.

use opentelemetry_proto::tonic::common::v1::any_value::Value as OtlpValue;
use serde_json::{Map, Value};

use super::text::MARK;

/// An OTLP value as JSON, for receivers that drop nested values.
pub(super) fn convert_to_json(value: &OtlpValue) -> Value {
    match value {
        OtlpValue::StringValue(text) => Value::from(text.as_str()),
        OtlpValue::BoolValue(value) => Value::from(*value),
        OtlpValue::IntValue(number) => Value::from(*number),
        OtlpValue::DoubleValue(number) => Value::from(*number),
        OtlpValue::BytesValue(bytes) => Value::from(format!("[{} bytes]", bytes.len())),
        OtlpValue::ArrayValue(array) => {
            let items = array.values.iter();
            items
                .map(|item| item.value.as_ref().map_or(Value::Null, convert_to_json))
                .collect()
        }
        OtlpValue::KvlistValue(list) => {
            let pairs = list.values.iter().map(|kv| {
                let value = kv.value.as_ref().and_then(|value| value.value.as_ref());
                (kv.key.clone(), value.map_or(Value::Null, convert_to_json))
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        OtlpValue::StringValueStrindex(_) => Value::Null,
    }
}

/// The same JSON in at most `max` characters, with its longest strings truncated.
/// `None` if it is not JSON, or if its strings are not what makes it long.
pub(super) fn truncate_json(text: &str, max: usize) -> Option<String> {
    if !text.starts_with(['[', '{']) || text.len() > MAX_PARSED_BYTES {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    // Bisects for the longest string length that fits, the same for all strings.
    let (mut best, mut length) = (None, max);
    let mut step = max;
    while step > 1 {
        step = step.div_ceil(2);
        let attempt = truncate_strings(value.clone(), length).to_string();
        if attempt.chars().count() <= max {
            best = Some(attempt);
            length = length.saturating_add(step);
        } else {
            length = length.saturating_sub(step);
        }
    }
    best
}

fn truncate_strings(value: Value, max: usize) -> Value {
    match value {
        Value::String(text) => {
            let length = text.chars().count();
            if length <= max {
                return Value::String(text);
            }
            let kept: String = text.chars().take(max).collect();
            Value::String(format!("{kept}{MARK} [{length} characters]"))
        }
        Value::Array(items) => {
            let items = items.into_iter();
            items.map(|item| truncate_strings(item, max)).collect()
        }
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| (name, truncate_strings(value, max)));
            Value::Object(fields.collect())
        }
        other => other,
    }
}

/// Longer text is not parsed: it was never meant for an attribute.
const MAX_PARSED_BYTES: usize = 1 << 20;
