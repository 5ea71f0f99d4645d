//! Maps attributes to the names and values that New Relic's views read.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use crate::semconv;
use crate::semconv::new_relic::{self, EVENT_TYPE, alias, completion, event};
use crate::semconv::pipeline::SERVICE_NAME;
use crate::telemetry::export::payload::attributes::{AttributeOwner, Attributes, visit_attributes};
use crate::telemetry::export::payload::otlp_payload::OtlpPayload;

/// Adds the names that New Relic's AI views read beside the conventions' names.
pub(crate) fn map_attributes(payload: &mut OtlpPayload) {
    visit_attributes(payload, |owner, attributes| {
        if owner == AttributeOwner::Record {
            map_record(attributes);
        }
    });
    add_application_name(payload);
}

/// Copies the service name of the resource to each `LlmCompletion` event.
fn add_application_name(payload: &mut OtlpPayload) {
    let OtlpPayload::Logs(request) = payload else {
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

fn map_record(attributes: &mut Attributes) {
    for attribute in attributes.iter_mut() {
        if attribute.key == semconv::RESPONSE_FINISH_REASONS
            && let Some(value) = &mut attribute.value
        {
            flatten_finish_reason(value);
        }
    }
    for (name, alias) in ALIASES {
        add_alias(attributes, name, alias);
    }
}

/// An attribute that already has the alias as its name is kept.
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

/// New Relic's queries compare with `=`, which never matches an array, and spell
/// the reason `tool_calls`.
fn flatten_finish_reason(value: &mut AnyValue) {
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
    (semconv::PROVIDER_NAME, alias::SYSTEM),
    (
        semconv::USAGE_CACHE_READ_INPUT_TOKENS,
        alias::CACHE_READ_INPUT_TOKENS,
    ),
    (
        semconv::USAGE_CACHE_WRITE_INPUT_TOKENS,
        alias::CACHE_WRITE_INPUT_TOKENS,
    ),
    (semconv::CONVERSATION_ID, new_relic::CONVERSATION_ID),
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
    fn aliases_are_added_beside_the_conventions_names() {
        for (name, alias) in ALIASES {
            let mut attributes = vec![pair(name, Value::IntValue(0))];
            map_record(&mut attributes);
            let both = [
                pair(name, Value::IntValue(0)),
                pair(alias, Value::IntValue(0)),
            ];
            assert_eq!(attributes, both);
            // An existing alias is not replaced.
            let mut attributes = vec![pair(name, text("a")), pair(alias, text("b"))];
            map_record(&mut attributes);
            assert_eq!(attributes, [pair(name, text("a")), pair(alias, text("b"))]);
        }
    }

    #[test]
    fn completion_gets_the_service_name() {
        use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
        use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
        use opentelemetry_proto::tonic::resource::v1::Resource;
        let log = |kind: &str| LogRecord {
            attributes: vec![pair(EVENT_TYPE, text(kind))],
            ..LogRecord::default()
        };
        let mut payload = OtlpPayload::Logs(ExportLogsServiceRequest {
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
        map_attributes(&mut payload);
        let mut records = Vec::new();
        visit_attributes(&mut payload, |owner, attributes| {
            if owner == AttributeOwner::Record {
                records.push(attributes.clone());
            }
        });
        let named = pair(completion::APPLICATION_NAME, text("support-bot"));
        assert_eq!(records[0].last(), Some(&named));
        assert_eq!(records[1].len(), 1);
    }

    #[test]
    fn finish_reasons_become_one_string() {
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
            map_record(&mut attributes);
            assert_eq!(attributes, [pair(semconv::RESPONSE_FINISH_REASONS, stored)]);
        }
    }
}
