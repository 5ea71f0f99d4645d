//! What the service did for a call, as spans below the call's.
//!
//! They tell of the past, with the service's own times, and of code that ran
//! elsewhere. A `tracing` span begins when it is made, so these are spans of
//! OpenTelemetry alone.

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Span as _, SpanContext, SpanKind, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::attributes::Attributes;
use super::{EmitContext, new_relic_events as llm_events, span};
use crate::record::{Step, Usage};
use crate::semconv;

/// Makes the spans of all steps, and of the steps below them.
pub(super) fn emit(steps: &[Step], parent: &Context, emit_context: &EmitContext) {
    if steps.is_empty() {
        return;
    }
    let tracer = emit_context.settings.tracer();
    let made = steps
        .iter()
        .filter(|step| one(step, parent, &tracer, emit_context))
        .count();
    if made == 0 {
        tracing::debug!(
            target: crate::TARGET,
            steps = steps.len(),
            "no tracer provider is known, so the steps of the call have no spans"
        );
    }
}

/// New Relic's events of steps that have no spans.
pub(super) fn events(steps: &[Step], emit_context: &EmitContext, span: &SpanContext) {
    if !emit_context.settings.wants_events() {
        return;
    }
    for step in steps {
        let times = (step.started, step.ended);
        llm_events::emit(&step.call, emit_context, span, times);
        events(&step.call.steps, emit_context, span);
    }
}

fn one(step: &Step, parent: &Context, tracer: &BoxedTracer, emit_context: &EmitContext) -> bool {
    let call = &step.call;
    let builder = tracer
        .span_builder(span::name(call))
        .with_kind(SpanKind::Internal)
        .with_start_time(step.started)
        .with_attributes(opening(step, emit_context));
    let span = builder.start_with_context(tracer, parent);
    if !span.is_recording() {
        let above = parent.span();
        events(
            std::slice::from_ref(step),
            emit_context,
            above.span_context(),
        );
        return false;
    }
    let context = parent.with_span(span);
    let span = context.span();
    let times = (step.started, step.ended);
    span::describe(&span, call, emit_context, times, Attributes::new(16));
    if emit_context.settings.wants_events() {
        llm_events::emit(call, emit_context, span.span_context(), times);
    }
    for step in &call.steps {
        one(step, &context, tracer, emit_context);
    }
    span.end_with_timestamp(step.ended);
    true
}

/// What a call's own span says in the fields of its `tracing` span.
fn opening(step: &Step, emit_context: &EmitContext) -> Vec<KeyValue> {
    let call = &step.call;
    let usage = emit_context
        .settings
        .track_token_usage
        .then_some(&call.usage);
    let mut attributes = Attributes::new(6);
    attributes.text(semconv::OPERATION_NAME, call.operation);
    attributes.put(semconv::PROVIDER_NAME, semconv::PROVIDER);
    attributes.text(semconv::REQUEST_MODEL, call.model.as_deref());
    let input = usage.and_then(Usage::input_tokens);
    attributes.some(semconv::USAGE_INPUT_TOKENS, input);
    attributes.some(
        semconv::USAGE_OUTPUT_TOKENS,
        usage.and_then(|usage| usage.output),
    );
    if let Some(failure) = &call.failure {
        attributes.put(semconv::ERROR_TYPE, failure.kind.clone());
    }
    attributes.into_inner()
}
