//! What becomes of a finished call.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use opentelemetry::KeyValue;
use tracing::Span;

use crate::config::Settings;
use crate::feedback::Feedback;
use crate::record::{Call, Failure, Step};

mod attributes;
pub(crate) mod completion;
mod json;
mod judgement;
mod messages;
mod metrics;
mod new_relic_events;
mod policies;
mod retrieval;
pub(crate) mod sinks;
mod span;
mod steps;
mod tool_run;

pub(crate) use self::judgement::EvaluationTarget;
use self::span::CallSpan;
pub(crate) use self::span::TraceHeaders;

/// What is said of a call and of its steps alike.
#[derive(Debug)]
pub(crate) struct EmitContext {
    settings: Arc<Settings>,
    /// What the spans above hand down.
    inherited: Vec<KeyValue>,
    /// What the application's callback thinks of the answer.
    feedback: Option<Feedback>,
}

/// A call on its way: its record, and the span that is open for it.
///
/// Ending it consumes it, so it ends once. It is never dropped on purpose
/// without: its holder ends it on drop.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) call: Call,
    pub(crate) started: Instant,
    span: CallSpan,
    emit_context: EmitContext,
}

impl Recording {
    /// Whether anyone listens. Where nobody does, nothing is read of the call.
    pub(crate) fn is_wanted() -> bool {
        span::is_enabled()
    }

    /// Opens the span of a call. `None` where it is filtered away.
    pub(crate) fn start(mut call: Call, settings: Arc<Settings>) -> Option<Self> {
        let span = CallSpan::start(&call)?;
        // Beside the span's own time: the end is counted from both.
        let started = Instant::now();
        let is_told = span.is_recording() || settings.wants_events();
        if !is_told {
            call.drop_content();
        }
        call.started = Some(span.started());
        if let Some(stream) = call.stream.as_mut().filter(|_| settings.wants_metrics()) {
            stream.keep_event_gaps();
        }
        let emit_context = EmitContext {
            inherited: if is_told {
                span.inherited()
            } else {
                Vec::new()
            },
            settings,
            feedback: None,
        };
        Some(Self {
            call,
            started,
            span,
            emit_context,
        })
    }

    /// The span as W3C headers name it.
    pub(crate) fn headers(&self) -> Option<TraceHeaders> {
        self.span.headers()
    }

    /// The span, for what runs below it.
    pub(crate) fn span(&self) -> &Span {
        self.span.span()
    }

    /// Ends the span now.
    pub(crate) fn finish(self) {
        let now = self.now();
        self.finish_at(now);
    }

    /// The time by the clock that started the span: the wall clock may be set
    /// back before it ends.
    fn now(&self) -> SystemTime {
        let started = self.span.started();
        let now = started.checked_add(self.started.elapsed());
        now.unwrap_or_else(SystemTime::now)
    }

    pub(crate) fn fail(mut self, failure: Failure) {
        self.call.failure = Some(failure);
        self.finish();
    }

    /// Ends the span of a stream that was read to its end, or that nobody reads
    /// any more.
    pub(crate) fn close(self) {
        // A reader may take its time after the last event: the call ended with
        // that event.
        let ended = self.call.stream.as_ref().filter(|stream| stream.completed);
        let ended =
            ended.and_then(|stream| self.span.started().checked_add(stream.time_to_last_event?));
        let ended = ended.unwrap_or_else(|| self.now());
        self.finish_at(ended);
    }

    fn finish_at(mut self, end: SystemTime) {
        let call = &mut self.call;
        let reported = std::mem::take(&mut call.service_usage);
        call.usage.fill_missing(&reported);
        for what in &call.unreadable {
            tracing::debug!(target: crate::TARGET, "{what}");
        }
        call.steps.iter_mut().for_each(Step::extend_over_children);
        let emit_context = &mut self.emit_context;
        call.redact(emit_context.settings.capture.redact.as_ref());
        let took = end.duration_since(self.span.started()).unwrap_or_default();
        let span = self.span.span_context();
        emit_context.feedback = judgement::of_callback(call, &emit_context.settings, &span, took);
        self.span.events(call, emit_context, end);
        if let Some(feedback) = &emit_context.feedback
            && let Some(loggers) = emit_context.settings.loggers()
        {
            judgement::feedback_record(feedback, &span, &emit_context.inherited, &loggers);
        }
        metrics::record(call, &emit_context.settings, took);
        self.span.finish(call, emit_context, end);
    }
}
