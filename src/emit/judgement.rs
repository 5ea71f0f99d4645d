//! What users and judges think of an answer, on its span or below it, and as New
//! Relic's events.

use std::time::{Duration, SystemTime};

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::{SpanContext, SpanRef};
use opentelemetry::{Key, KeyValue};

use super::attributes::{Attributes, is_inference};
use super::completion::Completion;
use super::new_relic_events::{Attributes as Event, new_id};
use super::sinks::{Loggers, Record};
use super::span::after;
use crate::config::{DEFAULT_LIMIT, Settings};
use crate::feedback::{Evaluation, Feedback, Score};
use crate::record::Call;
use crate::record::content::TruncatedText;
use crate::semconv;
use crate::semconv::event;
use crate::semconv::new_relic as name;
use crate::trace::trace_ref::TraceRef;

/// A span that something is said of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EvaluationTarget<'a> {
    /// It is open.
    Open(&'a SpanRef<'a>),
    /// It has ended, here or elsewhere.
    Ended(&'a TraceRef),
}

impl EvaluationTarget<'_> {
    pub(crate) fn feedback(self, feedback: &Feedback, inherited: Vec<KeyValue>) {
        self.record(|span, loggers| {
            feedback_record(feedback, span, &inherited, loggers);
        });
        match self {
            Self::Open(span) => feedback_event(feedback, span, None),
            Self::Ended(trace) => after("feedback", trace.span_context(), inherited, |span| {
                feedback_event(feedback, span, trace.response_id());
            }),
        }
    }

    pub(crate) fn evaluation(self, evaluation: &Evaluation, inherited: Vec<KeyValue>) {
        if evaluation.scores.is_empty() {
            return;
        }
        self.record(|span, loggers| {
            for score in &evaluation.scores {
                analysis(score, span, &inherited, loggers);
            }
        });
        let say = |span: &SpanRef<'_>, response_id: Option<&str>| {
            for score in &evaluation.scores {
                score_event(score, span, response_id);
            }
        };
        match self {
            Self::Open(span) => say(span, None),
            Self::Ended(trace) => after("evaluation", trace.span_context(), inherited, |span| {
                say(span, trace.response_id());
            }),
        }
    }

    /// New Relic's events join what they are about by the trace.
    fn record(self, emit: impl FnOnce(&SpanContext, &Loggers)) {
        let span = match self {
            Self::Open(span) => span.span_context(),
            Self::Ended(trace) => trace.span_context(),
        };
        if let Some(loggers) = Loggers::for_process().filter(|_| span.is_valid()) {
            emit(span, &loggers);
        }
    }
}

/// What the application's callback thinks of an answer; of a call that failed it
/// is not asked.
pub(super) fn of_callback(
    call: &Call,
    settings: &Settings,
    span: &SpanContext,
    latency: Duration,
) -> Option<Feedback> {
    let callback = settings.feedback.as_ref()?;
    if call.failure.is_some() || !is_inference(call) {
        return None;
    }
    callback.ask(&Completion {
        call,
        span,
        latency,
    })
}

pub(super) fn feedback_event(feedback: &Feedback, span: &SpanRef<'_>, response_id: Option<&str>) {
    let mut event = Attributes::new(8);
    event.put(semconv::EVALUATION_NAME, USER_FEEDBACK);
    event.put(semconv::EVALUATION_SCORE_LABEL, feedback.rating.label());
    event.put(semconv::EVALUATION_SCORE_VALUE, feedback.score);
    let message = feedback.message.as_deref().map(short);
    event.some(semconv::EVALUATION_EXPLANATION, message);
    event.text(semconv::FEEDBACK_CATEGORY, feedback.category.as_deref());
    event.text(semconv::RESPONSE_ID, response_id);
    event.complete(&feedback.metadata, &[]);
    span.add_event(event::EVALUATION_RESULT, event.into_inner());
}

fn score_event(score: &Score, span: &SpanRef<'_>, response_id: Option<&str>) {
    let mut event = Attributes::new(5);
    event.put(semconv::EVALUATION_NAME, score.name.clone());
    event.put(semconv::EVALUATION_SCORE_VALUE, score.value);
    event.text(semconv::EVALUATION_SCORE_LABEL, score.label.as_deref());
    let explanation = score.explanation.as_deref().map(short);
    event.some(semconv::EVALUATION_EXPLANATION, explanation);
    event.text(semconv::RESPONSE_ID, response_id);
    span.add_event(event::EVALUATION_RESULT, event.into_inner());
}

/// `LlmFeedbackMessage`.
pub(super) fn feedback_record(
    feedback: &Feedback,
    span: &SpanContext,
    inherited: &[KeyValue],
    loggers: &Loggers,
) {
    let label = feedback.rating.label();
    let mut event = head(name::event::FEEDBACK);
    event.put(name::TRACE_ID, span.trace_id().to_string());
    event.put(name::SPAN_ID, span.span_id().to_string());
    event.put(name::RATING, label);
    event.text(name::CATEGORY, feedback.category.as_deref());
    event.put(name::completion::FEEDBACK, label);
    event.put(name::completion::SENTIMENT, feedback.score);
    if let Some(message) = feedback.message.as_deref().map(short) {
        event.put(name::MESSAGE, message.clone());
        event.put(name::completion::FEEDBACK_MESSAGE, message);
    }
    event.complete(&feedback.metadata);
    event.complete(inherited);
    emit(event.0, span, loggers);
}

/// `LlmMessageCustomAnalysis`.
fn analysis(score: &Score, span: &SpanContext, inherited: &[KeyValue], loggers: &Loggers) {
    let mut event = head(name::event::ANALYSIS);
    event.put(name::ANALYSIS_TRACE_ID, span.trace_id().to_string());
    event.put(name::ANALYSIS_SPAN_ID, span.span_id().to_string());
    event.put(name::NAME, score.name.to_string());
    event.put(name::ANALYSIS_SCORE, score.value);
    event.text(name::ANALYSIS_LABEL, score.label.as_deref());
    let explanation = score.explanation.as_deref().map(short);
    event.some(name::ANALYSIS_EXPLANATION, explanation);
    if let Some(threshold) = score.threshold {
        event.put(name::ANALYSIS_THRESHOLD, threshold);
        event.put(name::ANALYSIS_FLAGGED, score.value < threshold);
    }
    event.complete(inherited);
    emit(event.0, span, loggers);
}

fn head(kind: &'static str) -> Event {
    let mut event = Event(Vec::with_capacity(16));
    event.put(name::EVENT_TYPE, kind);
    event.put(name::ID, new_id());
    event.put(name::INGEST_SOURCE, name::INGEST_SOURCE_RUST);
    event
}

fn emit(attributes: Vec<(Key, AnyValue)>, span: &SpanContext, loggers: &Loggers) {
    loggers.emit(Record {
        attributes,
        body: None,
        at: SystemTime::now(),
        span: span.clone(),
    });
}

/// What people write has no end of its own.
fn short(text: &str) -> String {
    TruncatedText::truncate_str(DEFAULT_LIMIT, text)
}

/// The name of the evaluation that users make.
const USER_FEEDBACK: &str = "user_feedback";
