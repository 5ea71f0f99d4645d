//! The open span of a call.

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use tracing::{Span, record_all};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::describe::{add_attempt_events, describe_call};
use super::fields::record_in_fields;
use super::hints::hint_at_filtered_layer;
use super::name::format_name;
use super::open::open_span;
use super::steps::{emit_step_events, emit_steps};
use crate::emit::attributes::Attributes;
use crate::emit::call_attributes::push_http_attributes;
use crate::emit::emit_context::EmitContext;
use crate::emit::evaluation::{add_evaluation_event, log_evaluation};
use crate::emit::new_relic_events::emit_call_events;
use crate::emit::settings::Settings;
use crate::emit::sinks::Providers;
use crate::record::{Call, SpanOrigin, Usage};
use crate::semconv;
use crate::semconv::operation;
use crate::trace::inherited_attributes::collect_inherited_attributes;
use crate::trace::missing_layer::{LayerState, warn_of_bare_spans};

#[derive(Debug)]
pub(in crate::emit) struct CallSpan {
    span: Span,
    /// The OpenTelemetry span. It is invalid without a reachable layer.
    context: Context,
    /// The span's layer cannot be reached: there is none, it is behind a `reload`, or
    /// is of another version. The fields of the `tracing` span hold what they can.
    has_only_fields: bool,
    started: SystemTime,
    /// The operation that the span was opened with.
    operation: Option<&'static str>,
}

impl CallSpan {
    /// `None` if the span is filtered out.
    pub(in crate::emit) fn start(call: &Call) -> Option<Self> {
        let span = open_span(call);
        if span.is_disabled() {
            return None;
        }
        let context = span.context();
        let layer = LayerState::of(&span, &context);
        match layer {
            LayerState::Missing => warn_of_bare_spans(),
            LayerState::Filtered => hint_at_filtered_layer(),
            LayerState::Reachable => {}
        }
        Some(Self {
            span,
            context,
            has_only_fields: layer == LayerState::Missing,
            started: SystemTime::now(),
            operation: call.operation,
        })
    }

    pub(in crate::emit) fn inherited_attributes(&self) -> Vec<KeyValue> {
        collect_inherited_attributes(&self.span, &self.context)
    }

    pub(in crate::emit) fn span(&self) -> &Span {
        &self.span
    }

    pub(in crate::emit) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    pub(in crate::emit) fn started(&self) -> SystemTime {
        self.started
    }

    /// The providers of the pipeline whose layer is part of the span's subscriber.
    pub(in crate::emit) fn pipeline(&self) -> Option<Arc<Providers>> {
        let found = self.span.with_subscriber(|(_, it)| Providers::find(it));
        found.flatten()
    }

    /// Whether only the fields of the `tracing` span are recorded.
    pub(in crate::emit) fn has_only_fields(&self) -> bool {
        self.has_only_fields
    }

    /// Whether attributes and events of the OpenTelemetry span are recorded.
    pub(in crate::emit) fn is_recording(&self) -> bool {
        self.context.span().is_recording()
    }

    /// Emits the New Relic events of the call. Events of steps belong to the
    /// step's span; they are emitted here only if steps get no spans.
    pub(in crate::emit) fn emit_events(
        &self,
        call: &Call,
        emit_context: &EmitContext,
        end: SystemTime,
    ) {
        if emit_context.settings.sinks.wants_events() {
            let span = self.context.span();
            let span = span.span_context();
            emit_call_events(call, emit_context, span, (self.started, end));
            if !self.is_recording() {
                emit_step_events(&call.steps, emit_context, span);
            }
        }
    }

    /// Records the finished call and ends the span.
    pub(in crate::emit) fn finish(self, call: &Call, emit_context: &EmitContext, end: SystemTime) {
        self.record_fields(call, &emit_context.settings);
        if self.has_only_fields {
            record_in_fields(&self.span, call, emit_context);
            if let Some(feedback) = &emit_context.feedback {
                log_evaluation(feedback, &self.span);
            }
        }
        if !self.is_recording() {
            return;
        }
        let span = self.context.span();
        let mut attributes = Attributes::with_capacity(48);
        if self.operation.is_none() && call.span_name.is_none() {
            span.update_name(format_name(call));
        }
        if call.origin == SpanOrigin::Bedrock {
            push_http_attributes(call, &mut attributes);
        }
        add_attempt_events(&span, &call.http.failed_attempts);
        describe_call(&span, call, emit_context, (self.started, end), attributes);
        if let Some(feedback) = &emit_context.feedback {
            add_evaluation_event(feedback, &span, call.response.id.as_deref());
        }
        emit_steps(&call.steps, &self.context, emit_context);
        // `tracing-opentelemetry` would end it when the `tracing` span closes, with
        // the time of its last exit: for a stream, long before its end.
        span.end_with_timestamp(end);
    }

    /// Records the fields of the `tracing` span, which every layer sees.
    fn record_fields(&self, call: &Call, settings: &Settings) {
        if self.operation.is_none() && call.span_name.is_none() {
            // The operation was known only from the response.
            let operation = call.operation.unwrap_or(operation::CHAT);
            record_all!(self.span, { semconv::OPERATION_NAME } = operation);
        }
        let usage = settings.track_token_usage.then_some(&call.usage);
        let input = usage.and_then(Usage::input_tokens);
        let output = usage.and_then(|usage| usage.output);
        if input.is_some() || output.is_some() {
            record_all!(
                self.span,
                { semconv::USAGE_INPUT_TOKENS } = input,
                { semconv::USAGE_OUTPUT_TOKENS } = output
            );
        }
        if let Some(failure) = &call.failure {
            record_all!(self.span, { semconv::ERROR_TYPE } = failure.kind.as_ref());
        }
    }
}
