//! The form of telemetry that New Relic's views read.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use crate::semconv;
use crate::semconv::new_relic::{EVENT_TYPE, completion, event};
use crate::telemetry::config::resource::SERVICE_NAME;
use crate::telemetry::export::payload::attributes::{Attributes, Place};
use crate::telemetry::export::payload::otlp_payload::Payload;

/// Adds the names that New Relic's AI views read next to the conventions'.
pub(in crate::telemetry) fn translate(payload: &mut Payload) {
    payload.visit(|place, attributes| {
        if place == Place::Record {
            record(attributes);
        }
    });
    name_application(payload);
}

/// `LlmCompletion` names its application; the resource does.
fn name_application(payload: &mut Payload) {
    let Payload::Logs(request) = payload else {
        return;
    };
    for group in &mut request.resource_logs {
        let resource = group.resource.iter().flat_map(|it| &it.attributes);
        let mut services = resource.filter(|kv| kv.key == SERVICE_NAME);
        let Some(service) = services.next().cloned() else {
            continue;
        };
        let scopes = group.scope_logs.iter_mut();
        for record in scopes.flat_map(|scope| &mut scope.log_records) {
            if is_completion(&record.attributes) {
                record.attributes.push(KeyValue {
                    key: completion::APPLICATION_NAME.to_owned(),
                    ..service.clone()
                });
            }
        }
    }
}

fn is_completion(attributes: &Attributes) -> bool {
    attributes.iter().any(|kv| {
        let value = kv.value.as_ref().and_then(|value| value.value.as_ref());
        kv.key == EVENT_TYPE
            && matches!(value, Some(Value::StringValue(kind)) if kind == event::COMPLETION)
    })
}

fn record(attributes: &mut Attributes) {
    for attribute in attributes.iter_mut() {
        if attribute.key == semconv::RESPONSE_FINISH_REASONS
            && let Some(value) = &mut attribute.value
        {
            scalar_finish_reason(value);
        }
    }
    for (name, alias) in ALIASES {
        add_alias(attributes, name, alias);
    }
}

/// What came under the alias itself stays.
fn add_alias(attributes: &mut Attributes, name: &str, alias: &str) {
    if attributes.iter().any(|kv| kv.key == alias) {
        return;
    }
    let named = attributes.iter().find(|kv| kv.key == name);
    let alias = named.map(|kv| KeyValue {
        key: alias.to_owned(),
        ..kv.clone()
    });
    attributes.extend(alias);
}

/// Its queries compare with `=`, which never matches an array, and spell the
/// reason `tool_calls`.
fn scalar_finish_reason(value: &mut AnyValue) {
    let reason = match &value.value {
        Some(Value::ArrayValue(reasons)) => reasons.values.first().and_then(|it| it.value.as_ref()),
        other => other.as_ref(),
    };
    let Some(Value::StringValue(reason)) = reason else {
        return;
    };
    let reason = if reason == "tool_call" {
        "tool_calls".to_owned()
    } else {
        reason.clone()
    };
    value.value = Some(Value::StringValue(reason));
}

const ALIASES: [(&str, &str); 4] = [
    (semconv::PROVIDER_NAME, "gen_ai.system"),
    (
        semconv::USAGE_CACHE_READ_INPUT_TOKENS,
        "gen_ai.usage.cache_read_input_tokens",
    ),
    (
        semconv::USAGE_CACHE_WRITE_INPUT_TOKENS,
        "gen_ai.usage.cache_write_input_tokens",
    ),
    (semconv::CONVERSATION_ID, "llm.conversation_id"),
];

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::ArrayValue;

    use super::*;

    fn pair(key: &str, value: Value) -> KeyValue {
        KeyValue {
            key: key.to_owned(),
            value: Some(AnyValue { value: Some(value) }),
            ..KeyValue::default()
        }
    }

    fn text(text: &str) -> Value {
        Value::StringValue(text.to_owned())
    }

    #[test]
    fn each_alias_is_added_and_its_name_stays() {
        for (name, alias) in ALIASES {
            let mut attributes = vec![pair(name, Value::IntValue(0))];
            record(&mut attributes);
            let both = [
                pair(name, Value::IntValue(0)),
                pair(alias, Value::IntValue(0)),
            ];
            assert_eq!(attributes, both);
            // What was there already is not replaced.
            let mut attributes = vec![pair(name, text("a")), pair(alias, text("b"))];
            record(&mut attributes);
            assert_eq!(attributes, [pair(name, text("a")), pair(alias, text("b"))]);
        }
    }

    #[test]
    fn a_completion_names_its_application() {
        use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
        use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
        use opentelemetry_proto::tonic::resource::v1::Resource;
        let log = |kind: &str| LogRecord {
            attributes: vec![pair(EVENT_TYPE, text(kind))],
            ..LogRecord::default()
        };
        let mut payload = Payload::Logs(ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some(Resource {
                    attributes: vec![pair(SERVICE_NAME, text("support-bot"))],
                    ..Resource::default()
                }),
                scope_logs: vec![ScopeLogs {
                    log_records: vec![log(event::COMPLETION), log(event::SUMMARY)],
                    ..ScopeLogs::default()
                }],
                ..ResourceLogs::default()
            }],
        });
        translate(&mut payload);
        let mut records = Vec::new();
        payload.visit(|place, attributes| {
            if place == Place::Record {
                records.push(attributes.clone());
            }
        });
        let named = pair(completion::APPLICATION_NAME, text("support-bot"));
        assert_eq!(records[0].last(), Some(&named));
        assert_eq!(records[1].len(), 1);
    }

    #[test]
    fn finish_reasons_become_one_word() {
        let list = |reasons: &[&str]| {
            let values = reasons.iter().map(|reason| AnyValue {
                value: Some(text(reason)),
            });
            Value::ArrayValue(ArrayValue {
                values: values.collect(),
            })
        };
        for (sent, stored) in [
            (list(&["tool_call", "stop"]), text("tool_calls")),
            (list(&["stop"]), text("stop")),
            (list(&["length"]), text("length")),
            (text("content_filter"), text("content_filter")),
            (list(&[]), list(&[])),
        ] {
            let mut attributes = vec![pair(semconv::RESPONSE_FINISH_REASONS, sent)];
            record(&mut attributes);
            assert_eq!(attributes, [pair(semconv::RESPONSE_FINISH_REASONS, stored)]);
        }
    }
}
