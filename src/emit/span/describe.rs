//! Records a finished call on its OpenTelemetry span.

use std::time::SystemTime;

use opentelemetry::trace::{SpanRef, Status};

use crate::emit::attributes::Attributes;
use crate::emit::call_attributes::push_call_attributes;
use crate::emit::content_attributes::push_content_attributes;
use crate::emit::content_events::add_content_events;
use crate::emit::emit_context::EmitContext;
use crate::emit::message_events::add_message_events;
use crate::emit::operation::resolve_operation;
use crate::emit::settings::Settings;
use crate::record::content::{Capture, TruncatedText};
use crate::record::{Call, FailedAttempt, Failure, Usage};
use crate::semconv;
use crate::semconv::event;

/// Adds the attributes and events of a call to `attributes` and records all on
/// the span.
pub(super) fn describe_call(
    span: &SpanRef<'_>,
    call: &Call,
    emit_context: &EmitContext,
    (start, end): (SystemTime, SystemTime),
    mut attributes: Attributes,
) {
    let settings = &*emit_context.settings;
    let capture = &*emit_context.capture;
    push_call_attributes(call, settings, capture.limit, &mut attributes);
    push_content_attributes(call, capture, &mut attributes);
    if capture.events {
        add_content_events(span, call, capture.limit, end);
        let omitted = add_message_events(span, call, capture.limit, start, end);
        let omitted = i64::try_from(omitted).ok().filter(|omitted| *omitted > 0);
        attributes.push_if_some(semconv::INPUT_MESSAGES_OMITTED, omitted);
    }
    // Inherited attributes take precedence over the client's.
    let fields = list_span_fields(call, settings);
    attributes.extend_missing(&emit_context.inherited, &fields);
    attributes.extend_missing(&settings.attributes, &fields);
    span.set_attributes(attributes.into_inner());
    if let Some(failure) = &call.failure {
        record_failure(span, failure, capture, end);
    }
}

pub(super) fn add_attempt_events(span: &SpanRef<'_>, attempts: &[FailedAttempt]) {
    for attempt in attempts.iter().take(MAX_ATTEMPT_EVENTS) {
        let mut event = Attributes::with_capacity(4);
        event.push(semconv::REQUEST_ATTEMPT, attempt.number);
        event.push(semconv::ERROR_TYPE, attempt.failure.kind.clone());
        event.push_if_some(semconv::HTTP_RESPONSE_STATUS_CODE, attempt.status);
        event.push_text(semconv::REQUEST_ID, attempt.request_id.as_deref());
        span.add_event_with_timestamp(event::ATTEMPT_FAILED, attempt.timestamp, event.into_inner());
    }
}

/// A message that may quote content is recorded where content is: as that of the
/// attributes in the status, as that of the events in the event.
fn record_failure(span: &SpanRef<'_>, failure: &Failure, capture: &Capture, at: SystemTime) {
    let message_in = |holds_content| {
        TruncatedText::truncate_str(capture.limit, failure.message_in(holds_content))
    };
    let message = message_in(capture.events);
    let mut event = Attributes::with_capacity(2);
    event.push(semconv::EXCEPTION_TYPE, failure.kind.clone());
    if !message.is_empty() {
        event.push(semconv::EXCEPTION_MESSAGE, message);
    }
    span.add_event_with_timestamp(event::EXCEPTION, at, event.into_inner());
    span.set_status(Status::error(message_in(capture.attributes)));
}

/// The fields of the `tracing` span that have a value. The OpenTelemetry span does
/// not list them.
pub(super) fn list_span_fields(call: &Call, settings: &Settings) -> Vec<&'static str> {
    let usage = settings.track_token_usage.then_some(&call.usage);
    let fields = [
        (semconv::OPERATION_NAME, resolve_operation(call).is_some()),
        (semconv::PROVIDER_NAME, call.origin.provider().is_some()),
        (semconv::REQUEST_MODEL, call.model.is_some()),
        (semconv::CLOUD_REGION, call.http.region.is_some()),
        (
            semconv::USAGE_INPUT_TOKENS,
            usage.and_then(Usage::input_tokens).is_some(),
        ),
        (
            semconv::USAGE_OUTPUT_TOKENS,
            usage.is_some_and(|usage| usage.output.is_some()),
        ),
        (semconv::ERROR_TYPE, call.failure.is_some()),
    ];
    let set = fields.into_iter().filter(|(_, is_set)| *is_set);
    set.map(|(name, _)| name).collect()
}

/// More attempts than retry strategies make.
const MAX_ATTEMPT_EVENTS: usize = 10;
