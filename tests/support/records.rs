//! Log records, as an exporter receives them.

use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use serde_json::{Map, Value, json};

/// A logger provider and the records that it emitted.
#[derive(Debug)]
pub struct Records {
    exporter: InMemoryLogExporter,
    provider: SdkLoggerProvider,
}

/// A log record.
#[derive(Clone, Debug)]
pub struct Record {
    pub attributes: Value,
    pub body: Option<String>,
    /// Of the record's own context.
    pub trace_id: String,
    pub span_id: String,
}

impl Default for Records {
    fn default() -> Self {
        let exporter = InMemoryLogExporter::default();
        let provider = SdkLoggerProvider::builder()
            .with_simple_exporter(exporter.clone())
            .build();
        Self { exporter, provider }
    }
}

impl Records {
    pub fn provider(&self) -> SdkLoggerProvider {
        self.provider.clone()
    }

    /// All records so far, without feedback: without options it has those of the client
    /// that was monitored first, which may be that of another test.
    pub fn all(&self) -> Vec<Record> {
        let mut records = self.everything();
        let feedback = ["LlmFeedbackMessage", "LlmMessageCustomAnalysis"].map(|it| json!(it));
        records.retain(|it| it.kind().is_none_or(|kind| !feedback.contains(kind)));
        records
    }

    /// All records so far, which may include those of other tests.
    pub fn everything(&self) -> Vec<Record> {
        let emitted = self.exporter.get_emitted_logs().expect("records");
        let records = emitted.iter().map(|log| {
            assert_eq!(log.instrumentation.name(), "nr-bedrock-observability");
            let context = log.record.trace_context();
            let mut attributes = Map::new();
            for (key, value) in log.record.attributes_iter() {
                let twice = attributes.insert(key.to_string(), json(value));
                assert!(twice.is_none(), "two attributes {key}");
            }
            Record {
                attributes: Value::Object(attributes),
                body: log.record.body().map(|body| match body {
                    AnyValue::String(text) => text.as_str().to_owned(),
                    other => panic!("{other:?}"),
                }),
                trace_id: context.map_or(String::new(), |it| it.trace_id.to_string()),
                span_id: context.map_or(String::new(), |it| it.span_id.to_string()),
            }
        });
        records.collect()
    }

    /// The records of one type of event.
    pub fn of(&self, kind: &str) -> Vec<Record> {
        let mut records = self.all();
        records.retain(|record| record.kind() == Some(&json!(kind)));
        records
    }
}

impl Record {
    fn kind(&self) -> Option<&Value> {
        self.attributes.get("newrelic.event.type")
    }

    /// A text attribute.
    pub fn text(&self, key: &str) -> &str {
        let value = self.attributes.get(key).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no text {key} in {self:#?}"))
    }

    /// The attributes that are equal in every run. Checks the form of the others:
    /// ids become `"id"`, times are removed.
    pub fn stable(&self) -> Value {
        let mut attributes = self.attributes.clone();
        let map = attributes.as_object_mut().expect("attributes");
        for key in ["id", "span_id", "trace_id", "completion_id", "search_id"] {
            if let Some(id) = map.get_mut(key) {
                assert!(id.as_str().is_some_and(|id| id.len() >= 16), "{key}: {id}");
                *id = json!("id");
            }
        }
        for key in ["duration", "response_time"] {
            if let Some(millis) = map.remove(key) {
                assert!(
                    millis.as_f64().is_some_and(|it| it > 0.0),
                    "{key}: {millis}"
                );
            }
        }
        if let Some(time) = map.remove("timestamp") {
            let millis = time.as_i64();
            assert!(millis.is_some_and(|it| it > 1_700_000_000_000), "{time}");
        }
        attributes
    }
}

fn json(value: &AnyValue) -> Value {
    match value {
        AnyValue::Int(value) => json!(value),
        AnyValue::Double(value) => json!(value),
        AnyValue::Boolean(value) => json!(value),
        AnyValue::String(text) => json!(text.as_str()),
        other => panic!("a type that New Relic rejects: {other:?}"),
    }
}
