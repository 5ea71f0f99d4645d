//! JSON that stays JSON.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::{Map, Value};

/// A value with values inside, as text that every backend keeps.
pub(super) fn of(value: &Any) -> Value {
    match value {
        Any::StringValue(text) => Value::from(text.as_str()),
        Any::BoolValue(value) => Value::from(*value),
        Any::IntValue(number) => Value::from(*number),
        Any::DoubleValue(number) => Value::from(*number),
        Any::BytesValue(bytes) => Value::from(format!("[{} bytes]", bytes.len())),
        Any::ArrayValue(array) => {
            let items = array.values.iter();
            items
                .map(|item| item.value.as_ref().map_or(Value::Null, of))
                .collect()
        }
        Any::KvlistValue(list) => {
            let pairs = list.values.iter().map(|kv| {
                let value = kv.value.as_ref().and_then(|value| value.value.as_ref());
                (kv.key.clone(), value.map_or(Value::Null, of))
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Any::StringValueStrindex(_) => Value::Null,
    }
}

/// The same JSON with its longest texts cut, in at most so many characters.
/// `None` where it is no JSON, or too much of it is not text.
pub(super) fn shorten(text: &str, chars: usize) -> Option<String> {
    if !text.starts_with(['[', '{']) || text.len() > MAX_PARSED {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    // The largest cut at which it fits: half as many texts are cut in vain
    // where every text may keep the same number of characters.
    let (mut fits, mut cut) = (None, chars);
    let mut step = chars;
    while step > 1 {
        step = step.div_ceil(2);
        let attempt = at_most(value.clone(), cut).to_string();
        if attempt.chars().count() <= chars {
            fits = Some(attempt);
            cut = cut.saturating_add(step);
        } else {
            cut = cut.saturating_sub(step);
        }
    }
    fits
}

fn at_most(value: Value, chars: usize) -> Value {
    match value {
        Value::String(text) => {
            let length = text.chars().count();
            if length <= chars {
                return Value::String(text);
            }
            let kept: String = text.chars().take(chars).collect();
            Value::String(format!("{kept}… [{length} characters]"))
        }
        Value::Array(items) => items.into_iter().map(|item| at_most(item, chars)).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name, at_most(value, chars)))
                    .collect(),
            )
        }
        other => other,
    }
}

/// What is longer is not parsed: it was never meant for an attribute.
const MAX_PARSED: usize = 1 << 20;
