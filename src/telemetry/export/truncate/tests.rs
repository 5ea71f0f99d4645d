use opentelemetry_proto::tonic::common::v1::KeyValueList;

use super::*;

const NEW_RELIC: AttributeLimits = AttributeLimits::NEW_RELIC;

fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn text(text: impl Into<String>) -> AnyValue {
    any(Value::StringValue(text.into()))
}

fn array(values: Vec<AnyValue>) -> AnyValue {
    any(Value::ArrayValue(ArrayValue { values }))
}

fn pair(key: &str, value: AnyValue) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(value),
        ..KeyValue::default()
    }
}

fn string(kv: &KeyValue) -> &str {
    match kv.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{} is {other:?}", kv.key),
    }
}

#[test]
fn new_relics_limits_apply_to_each_value() {
    let number = |number| any(Value::IntValue(number));
    let double = |number| any(Value::DoubleValue(number));
    // A value, how many values change, and what New Relic receives.
    let table = [
        (text("é".repeat(4_095)), 0, Some("é".repeat(4_095))),
        (text("é".repeat(4_096)), 1, Some("é".repeat(4_094) + "…")),
        (array(vec![number(1); 64]), 0, None),
        (
            array(vec![number(1), text("b")]),
            0,
            Some("[1,\"b\"]".to_owned()),
        ),
        (
            any(Value::KvlistValue(KeyValueList {
                values: vec![pair("a", array(vec![text("b")]))],
            })),
            0,
            Some("{\"a\":[\"b\"]}".to_owned()),
        ),
        (number(0), 0, None),
        (double(0.5), 0, None),
    ];
    for (value, changed, expected) in table {
        let mut attributes = vec![pair("x", value.clone())];
        assert_eq!(
            NEW_RELIC.limit_attributes(AttributeOwner::Record, &mut attributes),
            changed
        );
        match expected {
            Some(expected) => assert_eq!(string(&attributes[0]), expected),
            None => assert_eq!(attributes, [pair("x", value)]),
        }
    }
    let dropped = [
        double(f64::NAN),
        double(f64::INFINITY),
        AnyValue { value: None },
    ];
    for value in dropped {
        let mut attributes = vec![pair("x", value)];
        assert_eq!(
            NEW_RELIC.limit_attributes(AttributeOwner::Record, &mut attributes),
            1
        );
        assert!(attributes.is_empty());
    }
    let mut long = vec![pair("x", array(vec![number(1); 65]))];
    assert_eq!(
        NEW_RELIC.limit_attributes(AttributeOwner::Record, &mut long),
        1
    );
    assert_eq!(long, [pair("x", array(vec![number(1); 64]))]);
    let mut key = vec![pair(&"k".repeat(300), number(1))];
    assert_eq!(
        NEW_RELIC.limit_attributes(AttributeOwner::Record, &mut key),
        1
    );
    assert_eq!(key[0].key.chars().count(), 255);
}

#[test]
fn core_attributes_are_kept_beyond_the_maximum() {
    for (owner, max) in [
        (AttributeOwner::Record, 128),
        (AttributeOwner::Event, 128),
        (AttributeOwner::Resource, 64),
        (AttributeOwner::Scope, 8),
    ] {
        let own = |number: usize| pair(&format!("own.{number}"), text("x"));
        let mut attributes: Vec<_> = (0..max).map(own).collect();
        attributes.push(pair("gen_ai.usage.input_tokens", text("core")));
        attributes.push(pair("error.type", text("core")));
        assert_eq!(
            NEW_RELIC.limit_attributes(owner, &mut attributes),
            2,
            "{owner:?}"
        );
        assert_eq!(attributes.len(), max);
        let keys: Vec<_> = attributes.iter().map(|kv| kv.key.as_str()).collect();
        assert_eq!(
            keys[..3],
            ["gen_ai.usage.input_tokens", "error.type", "own.0"]
        );
    }
}

#[test]
fn truncated_json_stays_valid_and_keeps_short_strings() {
    let messages = serde_json::json!([
        {"role": "user", "parts": [{"type": "text", "content": "é\n".repeat(9_000)}]},
        {"role": "assistant", "parts": [{"type": "text", "content": "short"}]},
    ]);
    let mut value = messages.to_string();
    assert!(truncate_text(&mut value, NEW_RELIC.value_chars));
    let length = value.chars().count();
    assert!((3_900..=4_095).contains(&length), "{length}");
    let read: serde_json::Value = serde_json::from_str(&value).unwrap();
    assert_eq!(read[1], messages[1]);
    let truncated = read[0]["parts"][0]["content"].as_str().unwrap();
    assert!(truncated.ends_with("… [18000 characters]"), "{truncated}");

    // JSON whose strings are short is truncated as plain text.
    let mut numbers = serde_json::json!(vec![123_456; 1_000]).to_string();
    assert!(truncate_text(&mut numbers, NEW_RELIC.value_chars));
    assert_eq!(numbers.chars().count(), 4_095);
}

#[test]
fn text_is_truncated_to_the_limit_including_the_mark() {
    let mut attributes = vec![pair("x", text("abc"))];
    for (value_chars, expected) in [(3, "abc"), (2, "a…"), (1, "…"), (0, "")] {
        let limits = AttributeLimits {
            value_chars,
            ..AttributeLimits::NONE
        };
        limits.limit_attributes(AttributeOwner::Record, &mut attributes);
        assert_eq!(string(&attributes[0]), expected);
    }
}
