//! A finished call in the fields of its `tracing` span.
//!
//! Any layer sees them: a log, or the OpenTelemetry layer of another version. Logs
//! are why there is no message content among them, and no error text that may quote it.

use opentelemetry::{Array, KeyValue, StringValue, Value};
use tracing::Span;

use super::describe::list_span_fields;
use crate::emit::attributes::Attributes;
use crate::emit::call_attributes::{push_call_attributes, push_http_attributes};
use crate::emit::content_attributes::push_content_attributes;
use crate::emit::emit_context::EmitContext;
use crate::record::content::{Capture, TruncatedText};
use crate::record::{Call, Failure, SpanOrigin};
use crate::semconv;

/// Records what the span declares a field for.
pub(super) fn record_in_fields(span: &Span, call: &Call, emit_context: &EmitContext) {
    let settings = &*emit_context.settings;
    let capture = &*emit_context.capture;
    let without_content = Capture {
        attributes: false,
        ..capture.clone()
    };
    let mut attributes = Attributes::with_capacity(48);
    if call.origin == SpanOrigin::Bedrock {
        push_http_attributes(call, &mut attributes);
    }
    push_call_attributes(call, settings, capture.limit, &mut attributes);
    push_content_attributes(call, &without_content, &mut attributes);
    let fields = list_span_fields(call, settings);
    attributes.extend_missing(&emit_context.inherited, &fields);
    attributes.extend_missing(&settings.attributes, &fields);
    for attribute in attributes.into_inner() {
        record_attribute(span, &attribute);
    }
    if let Some(failure) = &call.failure {
        record_status(span, failure, capture.limit);
    }
}

fn record_attribute(span: &Span, attribute: &KeyValue) {
    let key = attribute.key.as_str();
    match &attribute.value {
        Value::Bool(value) => span.record(key, *value),
        Value::I64(value) => span.record(key, *value),
        Value::F64(value) => span.record(key, *value),
        Value::String(value) => span.record(key, value.as_str()),
        // A field holds no list.
        Value::Array(Array::String(values)) => {
            let texts: Vec<&str> = values.iter().map(StringValue::as_str).collect();
            span.record(key, texts.join(","))
        }
        other => span.record(key, other.as_str().as_ref()),
    };
}

/// The layer makes the status of the field that is recorded last: the code alone
/// is an error without a description.
fn record_status(span: &Span, failure: &Failure, limit: usize) {
    span.record(semconv::OTEL_STATUS_CODE, "error");
    let message = TruncatedText::truncate_str(limit, failure.message_in(false));
    if !message.is_empty() {
        span.record(semconv::OTEL_STATUS_DESCRIPTION, message);
    }
}
