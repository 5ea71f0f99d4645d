//! A call in progress.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::SpanContext;
use tracing::Span;

use super::completion::Completion;
use super::emit_context::EmitContext;
use super::evaluation_result::EvaluationResult;
use super::metrics::record_call;
use super::new_relic_events::emit_evaluation;
use super::operation::is_inference;
use super::settings::{CallSettings, Settings};
use super::span::{CallSpan, is_span_enabled};
use crate::record::content::Capture;
use crate::record::{Call, Failure, Step, Stream};
use crate::trace::TraceHeaders;
use crate::warning::PROCESS_WARNINGS;

/// A call in progress: its record and its open span.
///
/// The methods that end it consume it, so it ends once. Dropping it does not end
/// it; its owner must do so in its own `Drop`.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) call: Call,
    pub(crate) started: Instant,
    span: CallSpan,
    emit_context: EmitContext,
}

impl Recording {
    /// Whether any subscriber is interested. If none is, the call is not read. Logs
    /// the warnings about settings that waited for a subscriber.
    pub(crate) fn is_wanted() -> bool {
        PROCESS_WARNINGS.log();
        is_span_enabled()
    }

    /// Opens the span of a call. `None` if the span is filtered out.
    pub(crate) fn start(mut call: Call, settings: CallSettings) -> Option<Self> {
        let CallSettings {
            client: settings,
            capture,
        } = settings;
        let span = CallSpan::start(&call)?;
        // Taken with the span's start time: the end is computed from both.
        let started = Instant::now();
        let is_exported = span.is_recording() || settings.sinks.wants_events();
        if !is_exported {
            call.drop_content();
        }
        call.started = Some(span.started());
        if let Some(stream) = call
            .stream
            .as_mut()
            .filter(|_| settings.sinks.wants_metrics())
        {
            stream.keep_event_gaps();
        }
        let inherited = if is_exported || span.has_only_fields() {
            span.inherited_attributes()
        } else {
            Vec::new()
        };
        let emit_context = EmitContext {
            settings,
            capture,
            pipeline: span.pipeline(),
            inherited,
            feedback: None,
        };
        Some(Self {
            call,
            started,
            span,
            emit_context,
        })
    }

    /// The W3C headers that reference the span.
    pub(crate) fn headers(&self) -> Option<TraceHeaders> {
        TraceHeaders::from_span(&self.span.span_context())
    }

    /// Whether content of the call may be recorded.
    pub(crate) fn captures_content(&self) -> bool {
        self.emit_context.capture.is_on()
    }

    /// What may be captured of the call.
    pub(crate) fn capture(&self) -> &Capture {
        &self.emit_context.capture
    }

    /// Changes what may be captured. Content that was read before is removed, because
    /// other rules applied to it.
    pub(crate) fn restrict(&mut self, capture: Capture) {
        self.call.restart_content(capture.cap());
        self.emit_context.capture = Arc::new(capture);
    }

    /// The span, to run code below it.
    pub(crate) fn span(&self) -> &Span {
        self.span.span()
    }

    /// Ends the span now.
    pub(crate) fn finish(self) {
        let now = self.now();
        self.finish_at(now);
    }

    /// The start time plus the elapsed monotonic time: the wall clock may be set
    /// back during the call.
    fn now(&self) -> SystemTime {
        let started = self.span.started();
        let now = started.checked_add(self.started.elapsed());
        now.unwrap_or_else(SystemTime::now)
    }

    pub(crate) fn fail(mut self, failure: Failure) {
        self.call.failure = Some(failure);
        self.finish();
    }

    /// Ends the span of a stream that was read to its end or dropped. A complete
    /// stream ended with its last event, however long the reader kept it.
    pub(crate) fn close(self) {
        let completed = self.call.stream.as_ref().filter(|stream| stream.completed);
        let last_event = completed.and_then(|stream| stream.time_to_last_event);
        let end = last_event.and_then(|last| self.span.started().checked_add(last));
        let end = end.unwrap_or_else(|| self.now());
        self.finish_at(end);
    }

    fn finish_at(mut self, end: SystemTime) {
        let call = &mut self.call;
        let reported = std::mem::take(&mut call.service_usage);
        call.usage.fill_missing(&reported);
        for problem in &call.unreadable {
            tracing::debug!(target: crate::TARGET, "{problem}");
        }
        call.steps.iter_mut().for_each(Step::extend_over_children);
        let emit_context = &mut self.emit_context;
        if !emit_context.capture.error_messages {
            call.drop_error_messages();
        }
        call.redact(emit_context.capture.redact.as_ref());
        let latency = end.duration_since(self.span.started()).unwrap_or_default();
        let span = self.span.span_context();
        emit_context.feedback = request_feedback(call, &emit_context.settings, &span, latency);
        if let Some(feedback) = &mut emit_context.feedback {
            feedback.filter_text(&emit_context.capture);
        }
        self.span.emit_events(call, emit_context, end);
        if let Some(feedback) = &emit_context.feedback
            && let Some(loggers) = emit_context.loggers()
        {
            emit_evaluation(feedback, &span, &emit_context.inherited, &loggers);
        }
        record_call(call, emit_context, latency);
        self.span.finish(call, emit_context, end);
    }
}

/// Calls the application's feedback closure for a completed inference.
fn request_feedback(
    call: &Call,
    settings: &Settings,
    span: &SpanContext,
    latency: Duration,
) -> Option<EvaluationResult> {
    let closure = settings.feedback.as_ref()?;
    let is_unread = |stream: &Stream| !stream.completed;
    if call.failure.is_some()
        || !is_inference(call)
        || call.is_accepted_job
        || call.stream.as_ref().is_some_and(is_unread)
    {
        return None;
    }
    let completion = Completion {
        call,
        span,
        latency,
    };
    closure.call(|feedback| feedback(&completion)).flatten()
}
