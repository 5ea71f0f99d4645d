//! The details of a span beside its bar.

use opentelemetry::trace::Status;
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use super::text::{SEPARATOR, format_seconds, replace_controls};
use crate::semconv;

/// The attributes that are shown.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) error: Option<String>,
    /// Model, tokens, finish reason, time to the first chunk.
    pub(super) summary: String,
}

impl Details {
    pub(super) fn from_span(span: &SpanData) -> Self {
        let mut fields = SummaryFields::default();
        for attribute in &span.attributes {
            fields.set(attribute.key.as_str(), &attribute.value);
        }
        let error = match &span.status {
            Status::Error { description } => {
                Some(format_error(fields.error_type.take(), description))
            }
            _ => None,
        };
        Self {
            error,
            summary: fields.format(&span.name),
        }
    }

    pub(super) fn format(&self) -> String {
        match &self.error {
            Some(error) if self.summary.is_empty() => error.clone(),
            Some(error) => format!("{error}{SEPARATOR}{}", self.summary),
            None => self.summary.clone(),
        }
    }
}

#[derive(Default)]
struct SummaryFields {
    model: Option<String>,
    input: Option<i64>,
    output: Option<i64>,
    finish_reason: Option<String>,
    first_chunk: Option<f64>,
    error_type: Option<String>,
}

impl SummaryFields {
    fn set(&mut self, key: &str, value: &Value) {
        match (key, value) {
            (semconv::USAGE_INPUT_TOKENS, Value::I64(tokens)) => self.input = Some(*tokens),
            (semconv::USAGE_OUTPUT_TOKENS, Value::I64(tokens)) => self.output = Some(*tokens),
            (semconv::RESPONSE_TIME_TO_FIRST_CHUNK, Value::F64(seconds)) => {
                self.first_chunk = Some(*seconds);
            }
            (semconv::REQUEST_MODEL, Value::String(model)) => {
                self.model = Some(replace_controls(model.as_str()));
            }
            (semconv::ERROR_TYPE, Value::String(kind)) => {
                self.error_type = Some(replace_controls(kind.as_str()));
            }
            (semconv::RESPONSE_FINISH_REASONS, Value::String(reason)) => {
                self.finish_reason = Some(replace_controls(reason.as_str()));
            }
            (semconv::RESPONSE_FINISH_REASONS, Value::Array(Array::String(reasons))) => {
                let words: Vec<_> = reasons
                    .iter()
                    .map(|reason| replace_controls(reason.as_str()))
                    .collect();
                self.finish_reason = Some(words.join(", ")).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }

    fn format(self, span_name: &str) -> String {
        let tokens = match (self.input, self.output) {
            (Some(input), Some(output)) => Some(format!("{input} → {output} tok")),
            (Some(input), None) => Some(format!("{input} tok in")),
            (None, Some(output)) => Some(format!("{output} tok out")),
            (None, None) => None,
        };
        let first_chunk = self
            .first_chunk
            .map(|seconds| format!("first {}", format_seconds(seconds)));
        let model = self
            .model
            .filter(|model| !span_name.contains(model.as_str()));
        let fields = [tokens, self.finish_reason, first_chunk, model];
        fields
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(SEPARATOR)
    }
}

fn format_error(kind: Option<String>, description: &str) -> String {
    let description = replace_controls(description);
    match kind {
        Some(kind) if description.is_empty() || description == kind => kind,
        Some(kind) if description.starts_with(&kind) => description,
        Some(kind) => format!("{kind}: {description}"),
        None if description.is_empty() => "error".to_owned(),
        None => description,
    }
}
