//! The form of spans that New Relic's views read.

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;
use crate::telemetry::limits::NEW_RELIC_ATTRIBUTES as MAX_ATTRIBUTES;

/// Adds the names that New Relic's AI views read next to the conventions'.
pub(in crate::telemetry) fn translate(span: &mut SpanData) {
    for attribute in &mut span.attributes {
        if attribute.key.as_str() == semconv::RESPONSE_FINISH_REASONS {
            attribute.value = scalar_finish_reason(&attribute.value);
        }
    }
    for (name, alias) in ALIASES {
        add_alias(&mut span.attributes, name, alias);
    }
}

/// An alias must not push out an attribute that the span came with.
fn add_alias(attributes: &mut Vec<KeyValue>, name: &str, alias: &'static str) {
    if attributes.len() >= MAX_ATTRIBUTES || attributes.iter().any(|kv| kv.key.as_str() == alias) {
        return;
    }
    let value = attributes
        .iter()
        .find(|kv| kv.key.as_str() == name)
        .map(|kv| kv.value.clone());
    attributes.extend(value.map(|value| KeyValue::new(alias, value)));
}

/// Its queries compare with `=`, which never matches an array, and spell the
/// reason `tool_calls`.
fn scalar_finish_reason(value: &Value) -> Value {
    let reason = match value {
        Value::Array(Array::String(reasons)) => reasons.first().map(StringValue::as_str),
        Value::String(reason) => Some(reason.as_str()),
        _ => None,
    };
    match reason {
        Some("tool_call") => Value::from("tool_calls"),
        Some(reason) => Value::from(reason.to_owned()),
        None => value.clone(),
    }
}

const ALIASES: [(&str, &str); 3] = [
    (semconv::PROVIDER_NAME, "gen_ai.system"),
    (
        semconv::USAGE_CACHE_READ_INPUT_TOKENS,
        "gen_ai.usage.cache_read_input_tokens",
    ),
    ("gen_ai.conversation.id", "llm.conversation_id"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finish_reasons_become_one_word() {
        let reasons = |words: &[&'static str]| {
            Value::Array(Array::String(
                words.iter().map(|word| (*word).into()).collect(),
            ))
        };
        assert_eq!(
            scalar_finish_reason(&reasons(&["tool_call", "stop"])),
            Value::from("tool_calls")
        );
        assert_eq!(
            scalar_finish_reason(&Value::from("length")),
            Value::from("length")
        );
        assert_eq!(scalar_finish_reason(&reasons(&[])), reasons(&[]));
    }

    #[test]
    fn an_alias_never_replaces_or_pushes_out() {
        let mut attributes = vec![KeyValue::new("a", 1), KeyValue::new("b", 2)];
        add_alias(&mut attributes, "a", "b");
        add_alias(&mut attributes, "missing", "c");
        assert_eq!(attributes.len(), 2);
        attributes.resize(MAX_ATTRIBUTES, KeyValue::new("x", 0));
        add_alias(&mut attributes, "a", "c");
        assert_eq!(attributes.len(), MAX_ATTRIBUTES);
    }
}
