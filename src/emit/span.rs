//! The span of a call. Nowhere else does the crate open one.

use std::time::SystemTime;

use opentelemetry::trace::{SpanContext, SpanRef, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use tracing::{Dispatch, Span, field, record_all};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan as _;

use super::attributes;
use super::attributes::Attributes;
use super::{
    EmitContext, judgement, messages, new_relic_events as llm_events, retrieval, steps, tool_run,
};
use crate::config::Settings;
use crate::record::content::TruncatedText;
use crate::record::{Call, FailedAttempt, Failure, SpanOrigin};
use crate::semconv;
use crate::semconv::{event, operation};
use crate::trace::inherited_attributes::inherited;
use crate::trace::trace_ref::write_traceparent;

/// Whether any subscriber wants spans of this crate.
pub(super) fn is_enabled() -> bool {
    tracing::span_enabled!(target: crate::TARGET, tracing::Level::INFO)
}

/// The values of `traceparent` and `tracestate`.
#[derive(Debug)]
pub(crate) struct TraceHeaders {
    pub(crate) parent: String,
    pub(crate) state: Option<String>,
}

impl TraceHeaders {
    pub(crate) fn of(span: &SpanContext) -> Option<Self> {
        let mut parent = String::with_capacity(55);
        if !span.is_valid() || write_traceparent(span, &mut parent).is_err() {
            return None;
        }
        let state = span.trace_state().header();
        Some(Self {
            parent,
            state: Some(state).filter(|state| !state.is_empty()),
        })
    }
}

/// An open span.
#[derive(Debug)]
pub(super) struct CallSpan {
    span: Span,
    /// The OpenTelemetry span beside it; without one (no layer, or one that a
    /// `reload` hides) the fields of the `tracing` span are all there is.
    context: Context,
    started: SystemTime,
    /// Operation and name that it was opened with.
    operation: Option<&'static str>,
}

impl CallSpan {
    /// `None` where the span is filtered away.
    pub(super) fn start(call: &Call) -> Option<Self> {
        let span = open(call);
        if span.is_disabled() {
            return None;
        }
        let context = span.context();
        Some(Self {
            span,
            context,
            started: SystemTime::now(),
            operation: call.operation,
        })
    }

    /// What the call gets from the spans above it.
    pub(super) fn inherited(&self) -> Vec<KeyValue> {
        inherited(&self.span, &self.context)
    }

    /// The span itself, for what runs below it.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    pub(super) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    pub(super) fn started(&self) -> SystemTime {
        self.started
    }

    /// The span as W3C headers name it, for who works on below it. `None` where
    /// no OpenTelemetry layer listens.
    pub(super) fn headers(&self) -> Option<TraceHeaders> {
        let span = self.context.span();
        let span = span.span_context();
        TraceHeaders::of(span)
    }

    /// Whether attributes and events of the OpenTelemetry span go anywhere.
    pub(super) fn is_recording(&self) -> bool {
        self.context.span().is_recording()
    }

    /// New Relic's events of the call; of its steps only where those get no spans
    /// of their own, to which theirs belong.
    pub(super) fn events(&self, call: &Call, emit_context: &EmitContext, end: SystemTime) {
        if emit_context.settings.wants_events() {
            let span = self.context.span();
            let span = span.span_context();
            llm_events::emit(call, emit_context, span, (self.started, end));
            if !self.is_recording() {
                steps::events(&call.steps, emit_context, span);
            }
        }
    }

    /// Records what the call became, and ends the span.
    pub(super) fn finish(self, call: &Call, emit_context: &EmitContext, end: SystemTime) {
        self.record(call, &emit_context.settings);
        if !self.is_recording() {
            return;
        }
        let span = self.context.span();
        let mut attributes = Attributes::new(48);
        if self.operation.is_none() && call.span_name.is_none() {
            span.update_name(name(call));
        }
        if call.origin == SpanOrigin::Bedrock {
            attributes::http(call, &mut attributes);
        }
        for attempt in call.http.failed_attempts.iter().take(MAX_ATTEMPT_EVENTS) {
            failed_attempt(&span, attempt);
        }
        describe(&span, call, emit_context, (self.started, end), attributes);
        if let Some(feedback) = &emit_context.feedback {
            judgement::feedback_event(feedback, &span, call.response.id.as_deref());
        }
        steps::emit(&call.steps, &self.context, emit_context);
        // The bridge would end it when the `tracing` span closes, at the time
        // that it was left last: for a stream, long before its end.
        span.end_with_timestamp(end);
    }

    /// What must be seen whichever layer listens: fields of the span.
    fn record(&self, call: &Call, settings: &Settings) {
        if self.operation.is_none() && call.span_name.is_none() {
            // Only the answer told what the call was.
            let operation = call.operation.unwrap_or(operation::CHAT);
            record_all!(self.span, { semconv::OPERATION_NAME } = operation);
        }
        let usage = settings.track_token_usage.then_some(&call.usage);
        let input = usage.and_then(crate::record::Usage::input_tokens);
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

/// Says on a span what a call became, after what is to be said before.
pub(super) fn describe(
    span: &SpanRef<'_>,
    call: &Call,
    emit_context: &EmitContext,
    (start, end): (SystemTime, SystemTime),
    mut attributes: Attributes,
) {
    let settings = &*emit_context.settings;
    let capture = &settings.capture;
    attributes::of(call, settings, &mut attributes);
    if let Some(found) = &call.retrieval {
        retrieval::attributes(found, capture, &mut attributes);
    }
    if let Some(tool) = &call.tool_run {
        tool_run::attributes(tool, capture, &mut attributes);
    }
    if capture.attributes {
        messages::attributes(call, capture.limit, &mut attributes);
    }
    if capture.events {
        let omitted = messages::events(span, call, capture.limit, start, end);
        let omitted = i64::try_from(omitted).ok().filter(|omitted| *omitted > 0);
        attributes.some(semconv::INPUT_MESSAGES_OMITTED, omitted);
    }
    // What holds for this call comes before what holds for the client.
    attributes.complete(&emit_context.inherited, &FIELDS);
    attributes.complete(&settings.attributes, &FIELDS);
    span.set_attributes(attributes.into_inner());
    if let Some(failure) = &call.failure {
        failed(span, failure, capture.limit, end);
    }
}

pub(super) fn name(call: &Call) -> String {
    if let Some(name) = &call.span_name {
        return name.to_string();
    }
    let operation = call.operation.unwrap_or(operation::CHAT);
    match &call.model {
        Some(model) => format!("{operation} {model}"),
        None => operation.to_owned(),
    }
}

/// Opens the span below the caller's.
fn open(call: &Call) -> Span {
    macro_rules! open {
        ($($parent:tt)*) => {
            tracing::info_span!(
                target: crate::TARGET,
                $($parent)*
                "bedrock",
                otel.name = name(call),
                otel.kind = call.origin.kind(),
                { semconv::OPERATION_NAME } = call.operation,
                { semconv::PROVIDER_NAME } = call.origin.provider(),
                { semconv::REQUEST_MODEL } = call.model.as_deref(),
                { semconv::CLOUD_REGION } = call.http.region.as_deref(),
                { semconv::USAGE_INPUT_TOKENS } = field::Empty,
                { semconv::USAGE_OUTPUT_TOKENS } = field::Empty,
                { semconv::ERROR_TYPE } = field::Empty,
            )
        };
    }
    let Some((parent, is_exported)) = callers_span() else {
        return open!();
    };
    let span = open!(parent: parent,);
    if !is_exported {
        // The OpenTelemetry layer does not know that parent, and would make
        // ours the root of another trace than the one that is going on. Where
        // there is no layer to tell, or a `reload` hides it, the parent holds.
        let _ = span.set_parent(Context::current());
    }
    span
}

/// Says something of a span that has ended, on a short one below it. Nothing
/// where no OpenTelemetry layer listens.
pub(super) fn after(
    name: &'static str,
    ended: &SpanContext,
    inherited: Vec<KeyValue>,
    say: impl FnOnce(&SpanRef<'_>),
) {
    let current = Span::current().context();
    let span = tracing::info_span!(
        target: crate::TARGET,
        parent: None,
        "bedrock",
        otel.name = name,
        otel.kind = "internal",
    );
    if span
        .set_parent(Context::new().with_remote_span_context(ended.clone()))
        .is_err()
    {
        return;
    }
    // The request that brought it is another trace.
    let brought = current.span().span_context().clone();
    if brought.is_valid() && brought.trace_id() != ended.trace_id() {
        span.add_link(brought);
    }
    let context = span.context();
    let span = context.span();
    span.set_attributes(inherited);
    say(&span);
}

/// The caller's span, where the current one is the SDK's, and whether the
/// OpenTelemetry layer knows it. At the level DEBUG the SDK opens spans of its
/// own around a call, and this crate's would become a child of them.
fn callers_span() -> Option<(tracing::Id, bool)> {
    let current = Span::current();
    if !current.metadata().is_some_and(is_of_sdk) {
        return None;
    }
    let found = current.with_subscriber(|(id, dispatch)| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let above = || registry.span(id).into_iter().flat_map(|span| span.scope());
        let callers = || {
            above()
                .filter(|span| !is_of_sdk(span.metadata()))
                .map(|span| span.id())
        };
        let exported = callers().find(|id| is_exported(id, dispatch));
        exported
            .map(|id| (id, true))
            .or_else(|| callers().next().map(|id| (id, false)))
    });
    found.flatten()
}

fn is_exported(id: &tracing::Id, dispatch: &Dispatch) -> bool {
    tracing_opentelemetry::get_otel_context(id, dispatch).is_some()
}

fn is_of_sdk(metadata: &tracing::Metadata<'_>) -> bool {
    let target = metadata.target();
    ["aws_smithy_", "aws_sdk_"]
        .iter()
        .any(|prefix| target.starts_with(prefix))
}

fn failed_attempt(span: &SpanRef<'_>, attempt: &FailedAttempt) {
    let mut event = Attributes::new(4);
    event.put(semconv::REQUEST_ATTEMPT, attempt.number);
    event.put(semconv::ERROR_TYPE, attempt.failure.kind.clone());
    event.some(semconv::HTTP_RESPONSE_STATUS_CODE, attempt.status);
    event.text(semconv::REQUEST_ID, attempt.request_id.as_deref());
    span.add_event_with_timestamp(event::ATTEMPT_FAILED, attempt.timestamp, event.into_inner());
}

fn failed(span: &SpanRef<'_>, failure: &Failure, limit: usize, at: SystemTime) {
    let message = TruncatedText::truncate_str(limit, failure.message());
    let mut event = Attributes::new(2);
    event.put(semconv::EXCEPTION_TYPE, failure.kind.clone());
    if !message.is_empty() {
        event.put(semconv::EXCEPTION_MESSAGE, message.clone());
    }
    span.add_event_with_timestamp(event::EXCEPTION, at, event.into_inner());
    span.set_status(Status::error(message));
}

/// What the span has as fields, which cannot be looked up again.
const FIELDS: [&str; 7] = [
    semconv::OPERATION_NAME,
    semconv::PROVIDER_NAME,
    semconv::REQUEST_MODEL,
    semconv::CLOUD_REGION,
    semconv::USAGE_INPUT_TOKENS,
    semconv::USAGE_OUTPUT_TOKENS,
    semconv::ERROR_TYPE,
];

/// More attempts than a retry strategy would make.
const MAX_ATTEMPT_EVENTS: usize = 10;
