//! `LlmFeedbackMessage` and `LlmMessageCustomAnalysis`.

use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanContext;

use super::event_context::new_id;
use crate::emit::attributes::Attributes;
use crate::emit::evaluation_result::{EvaluationKind, EvaluationResult};
use crate::emit::sinks::{Loggers, Record};
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

/// Emits the event of one evaluation result about `span`.
pub(in crate::emit) fn emit_evaluation(
    result: &EvaluationResult,
    span: &SpanContext,
    inherited: &[KeyValue],
    loggers: &Loggers,
) {
    let mut event = match result.kind {
        EvaluationKind::Feedback => feedback_event(result, span),
        EvaluationKind::Score => analysis_event(result, span),
    };
    event.extend_missing(&result.metadata, &[]);
    event.extend_missing(inherited, &[]);
    loggers.emit(Record {
        attributes: event.into_inner(),
        body: None,
        at: SystemTime::now(),
        span: span.clone(),
    });
}

fn feedback_event(result: &EvaluationResult, span: &SpanContext) -> Attributes {
    let mut event = new_event(event::FEEDBACK);
    event.push(name::TRACE_ID, span.trace_id().to_string());
    event.push(name::SPAN_ID, span.span_id().to_string());
    event.push_if_some(name::RATING, result.label.clone());
    event.push_text(name::CATEGORY, result.category.as_deref());
    event.push_if_some(name::completion::FEEDBACK, result.label.clone());
    event.push(name::completion::SENTIMENT, result.score);
    let message = result.truncated_explanation();
    event.push_if_some(name::MESSAGE, message.clone());
    event.push_if_some(name::completion::FEEDBACK_MESSAGE, message);
    event
}

fn analysis_event(result: &EvaluationResult, span: &SpanContext) -> Attributes {
    let mut event = new_event(event::ANALYSIS);
    event.push(name::ANALYSIS_TRACE_ID, span.trace_id().to_string());
    event.push(name::ANALYSIS_SPAN_ID, span.span_id().to_string());
    event.push(name::NAME, result.name.clone());
    event.push(name::ANALYSIS_SCORE, result.score);
    event.push_if_some(name::ANALYSIS_LABEL, result.label.clone());
    event.push_if_some(name::ANALYSIS_EXPLANATION, result.truncated_explanation());
    if let Some(threshold) = result.threshold {
        event.push(name::ANALYSIS_THRESHOLD, threshold);
        event.push(name::ANALYSIS_FLAGGED, result.score < threshold);
    }
    event
}

fn new_event(kind: &'static str) -> Attributes {
    let mut event = Attributes::with_capacity(16);
    event.push(name::EVENT_TYPE, kind);
    event.push(name::ID, new_id());
    event.push(name::INGEST_SOURCE, name::INGEST_SOURCE_RUST);
    event
}
