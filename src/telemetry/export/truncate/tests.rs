use opentelemetry_proto::tonic::common::v1::KeyValueList;

use super::*;

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
fn each_limit_of_new_relic_holds() {
    let number = |number| any(Value::IntValue(number));
    let double = |number| any(Value::DoubleValue(number));
    // A value, how many values are touched, and what New Relic is sent.
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
    for (value, touched, expected) in table {
        let mut attributes = vec![pair("x", value.clone())];
        assert_eq!(NEW_RELIC.cut(Place::Record, &mut attributes), touched);
        match expected {
            Some(expected) => assert_eq!(string(&attributes[0]), expected),
            None => assert_eq!(attributes, [pair("x", value)]),
        }
    }
    let gone = [
        double(f64::NAN),
        double(f64::INFINITY),
        AnyValue { value: None },
    ];
    for value in gone {
        let mut attributes = vec![pair("x", value)];
        assert_eq!(NEW_RELIC.cut(Place::Record, &mut attributes), 1);
        assert!(attributes.is_empty());
    }
    let mut long = vec![pair("x", array(vec![number(1); 65]))];
    assert_eq!(NEW_RELIC.cut(Place::Record, &mut long), 1);
    assert_eq!(long, [pair("x", array(vec![number(1); 64]))]);
    let mut key = vec![pair(&"k".repeat(300), number(1))];
    assert_eq!(NEW_RELIC.cut(Place::Record, &mut key), 1);
    assert_eq!(key[0].key.chars().count(), 255);
}

#[test]
fn what_the_conventions_name_is_kept_where_there_is_too_much() {
    for (place, room) in [
        (Place::Record, 128),
        (Place::Event, 128),
        (Place::Resource, 64),
        (Place::Scope, 8),
    ] {
        let own = |number: usize| pair(&format!("own.{number}"), text("x"));
        let mut attributes: Vec<_> = (0..room).map(own).collect();
        attributes.push(pair("gen_ai.usage.input_tokens", text("core")));
        attributes.push(pair("error.type", text("core")));
        assert_eq!(NEW_RELIC.cut(place, &mut attributes), 2, "{place:?}");
        assert_eq!(attributes.len(), room);
        let keys: Vec<_> = attributes.iter().map(|kv| kv.key.as_str()).collect();
        assert_eq!(
            keys[..3],
            ["gen_ai.usage.input_tokens", "error.type", "own.0"]
        );
    }
}

#[test]
fn json_stays_json_and_keeps_what_is_short() {
    let messages = serde_json::json!([
        {"role": "user", "parts": [{"type": "text", "content": "é\n".repeat(9_000)}]},
        {"role": "assistant", "parts": [{"type": "text", "content": "short"}]},
    ]);
    let mut value = messages.to_string();
    assert!(NEW_RELIC.shorten_text(&mut value));
    let length = value.chars().count();
    assert!((3_900..=4_095).contains(&length), "{length}");
    let read: serde_json::Value = serde_json::from_str(&value).unwrap();
    assert_eq!(read[1], messages[1]);
    let cut = read[0]["parts"][0]["content"].as_str().unwrap();
    assert!(cut.ends_with("… [18000 characters]"), "{cut}");

    // Where the texts are not what makes it long, it is cut as any string.
    let mut numbers = serde_json::json!(vec![123_456; 1_000]).to_string();
    assert!(NEW_RELIC.shorten_text(&mut numbers));
    assert_eq!(numbers.chars().count(), 4_095);
}

#[test]
fn the_environment_lowers_the_limit() {
    let resolve = |value: &'static str, new_relic| {
        let env = Env::new(move |name| (name == env::VALUE_LIMIT).then(|| value.to_owned()));
        resolve_limits(&env, new_relic).map(|limits| limits.chars)
    };
    assert_eq!(resolve("", false).unwrap(), usize::MAX);
    assert_eq!(resolve("100", false).unwrap(), 100);
    assert_eq!(resolve("10000", true).unwrap(), 4_095);
    let error = resolve("-1", true).unwrap_err().to_string();
    assert_eq!(
        error,
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: \"-1\" is not a number of characters"
    );

    let mut attributes = vec![pair("x", text("abc"))];
    for (chars, expected) in [(3, "abc"), (2, "a…"), (1, "…"), (0, "")] {
        Limits { chars, ..NONE }.cut(Place::Record, &mut attributes);
        assert_eq!(string(&attributes[0]), expected);
    }
}
