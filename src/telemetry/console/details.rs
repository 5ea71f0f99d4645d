//! What a line says next to the bar.

use opentelemetry::trace::Status;
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use super::text::{SEPARATOR, clean, duration_of};
use crate::semconv;

/// The few attributes that are shown.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) error: Option<String>,
    /// Model, tokens, finish reason, time to the first chunk.
    pub(super) facts: String,
}

impl Details {
    pub(super) fn read(span: &SpanData) -> Self {
        let mut facts = Facts::default();
        for attribute in &span.attributes {
            facts.read(attribute.key.as_str(), &attribute.value);
        }
        let error = match &span.status {
            Status::Error { description } => Some(error_text(facts.error_type.take(), description)),
            _ => None,
        };
        Self {
            error,
            facts: facts.text(&span.name),
        }
    }

    pub(super) fn text(&self) -> String {
        match &self.error {
            Some(error) if self.facts.is_empty() => error.clone(),
            Some(error) => format!("{error}{SEPARATOR}{}", self.facts),
            None => self.facts.clone(),
        }
    }
}

#[derive(Default)]
struct Facts {
    model: Option<String>,
    input: Option<i64>,
    output: Option<i64>,
    finish: Option<String>,
    first_chunk: Option<f64>,
    error_type: Option<String>,
}

impl Facts {
    fn read(&mut self, key: &str, value: &Value) {
        match (key, value) {
            (semconv::USAGE_INPUT_TOKENS, Value::I64(tokens)) => self.input = Some(*tokens),
            (semconv::USAGE_OUTPUT_TOKENS, Value::I64(tokens)) => self.output = Some(*tokens),
            (semconv::RESPONSE_TIME_TO_FIRST_CHUNK, Value::F64(seconds)) => {
                self.first_chunk = Some(*seconds);
            }
            (semconv::REQUEST_MODEL, Value::String(model)) => {
                self.model = Some(clean(model.as_str()));
            }
            (semconv::ERROR_TYPE, Value::String(kind)) => {
                self.error_type = Some(clean(kind.as_str()));
            }
            (semconv::RESPONSE_FINISH_REASONS, Value::String(reason)) => {
                self.finish = Some(clean(reason.as_str()));
            }
            (semconv::RESPONSE_FINISH_REASONS, Value::Array(Array::String(reasons))) => {
                let words: Vec<_> = reasons
                    .iter()
                    .map(|reason| clean(reason.as_str()))
                    .collect();
                self.finish = Some(words.join(", ")).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }

    fn text(self, span_name: &str) -> String {
        let tokens = match (self.input, self.output) {
            (Some(input), Some(output)) => Some(format!("{input} → {output} tok")),
            (Some(input), None) => Some(format!("{input} tok in")),
            (None, Some(output)) => Some(format!("{output} tok out")),
            (None, None) => None,
        };
        let first_chunk = self
            .first_chunk
            .map(|seconds| format!("first {}", duration_of(seconds)));
        let model = self
            .model
            .filter(|model| !span_name.contains(model.as_str()));
        let facts = [tokens, self.finish, first_chunk, model];
        facts
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(SEPARATOR)
    }
}

fn error_text(kind: Option<String>, description: &str) -> String {
    let description = clean(description);
    match kind {
        Some(kind) if description.is_empty() || description == kind => kind,
        Some(kind) if description.starts_with(&kind) => description,
        Some(kind) => format!("{kind}: {description}"),
        None if description.is_empty() => "error".to_owned(),
        None => description,
    }
}
