//! The steps that the service took for a call, as spans below the call's span.
//!
//! Steps lie in the past and have timestamps of the service. A `tracing` span
//! starts when it is created, so these spans use the OpenTelemetry API.

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Span as _, SpanContext, SpanKind, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::describe::describe_call;
use super::name::format_name;
use crate::emit::attributes::Attributes;
use crate::emit::emit_context::EmitContext;
use crate::emit::new_relic_events::emit_call_events;
use crate::record::{Step, Usage};
use crate::semconv;
use crate::warning::WarnOnce;

/// Emits the spans of all steps and their child steps.
pub(super) fn emit_steps(steps: &[Step], parent: &Context, emit_context: &EmitContext) {
    if steps.is_empty() {
        return;
    }
    let tracer = emit_context.tracer();
    let mut has_provider = false;
    for step in steps {
        has_provider |= emit_step(step, parent, &tracer, emit_context);
    }
    if !has_provider {
        NO_TRACERS.log(|| {
            "the steps of an agent or of a search have no spans: set the tracer provider \
             with opentelemetry::global::set_tracer_provider or \
             MonitorOptions::tracer_provider, or add the layer of Telemetry::layer to the \
             subscriber"
                .to_owned()
        });
    }
}

/// Emits the New Relic events of steps that have no spans.
pub(super) fn emit_step_events(steps: &[Step], emit_context: &EmitContext, span: &SpanContext) {
    if !emit_context.settings.sinks.wants_events() {
        return;
    }
    for step in steps {
        let times = (step.started, step.ended);
        emit_call_events(&step.call, emit_context, span, times);
        emit_step_events(&step.call.steps, emit_context, span);
    }
}

/// Returns whether there is a tracer provider, even if its sampler drops the span.
fn emit_step(
    step: &Step,
    parent: &Context,
    tracer: &BoxedTracer,
    emit_context: &EmitContext,
) -> bool {
    let call = &step.call;
    let builder = tracer
        .span_builder(format_name(call))
        .with_kind(SpanKind::Internal)
        .with_start_time(step.started)
        .with_attributes(start_attributes(step, emit_context));
    let span = builder.start_with_context(tracer, parent);
    if !span.is_recording() {
        let parent = parent.span();
        let parent = parent.span_context();
        emit_step_events(std::slice::from_ref(step), emit_context, parent);
        // Without a provider, the span is the parent's, or invalid.
        let context = span.span_context();
        return context.is_valid() && context.span_id() != parent.span_id();
    }
    let context = parent.with_span(span);
    let span = context.span();
    let times = (step.started, step.ended);
    let attributes = Attributes::with_capacity(16);
    describe_call(&span, call, emit_context, times, attributes);
    if emit_context.settings.sinks.wants_events() {
        emit_call_events(call, emit_context, span.span_context(), times);
    }
    for step in &call.steps {
        emit_step(step, &context, tracer, emit_context);
    }
    span.end_with_timestamp(step.ended);
    true
}

/// The attributes that the span of a call has as `tracing` fields.
fn start_attributes(step: &Step, emit_context: &EmitContext) -> Vec<KeyValue> {
    let call = &step.call;
    let track = emit_context.settings.track_token_usage;
    let usage = track.then_some(&call.usage);
    let input = usage.and_then(Usage::input_tokens);
    let output = usage.and_then(|usage| usage.output);
    let mut attributes = Attributes::with_capacity(6);
    attributes.push_text(semconv::OPERATION_NAME, call.operation);
    attributes.push(semconv::PROVIDER_NAME, semconv::PROVIDER);
    attributes.push_text(semconv::REQUEST_MODEL, call.model.as_deref());
    attributes.push_if_some(semconv::USAGE_INPUT_TOKENS, input);
    attributes.push_if_some(semconv::USAGE_OUTPUT_TOKENS, output);
    if let Some(failure) = &call.failure {
        attributes.push(semconv::ERROR_TYPE, failure.kind.clone());
    }
    attributes.into_inner()
}

static NO_TRACERS: WarnOnce = WarnOnce::new();
