//! The span event `gen_ai.evaluation.result`.

use opentelemetry::trace::SpanRef;
use tracing::{Level, Span};

use crate::emit::attributes::Attributes;
use crate::emit::evaluation_result::EvaluationResult;
use crate::semconv;
use crate::semconv::event;

pub(in crate::emit) fn add_evaluation_event(
    result: &EvaluationResult,
    span: &SpanRef<'_>,
    response_id: Option<&str>,
) {
    let mut event = Attributes::with_capacity(8);
    event.push(semconv::EVALUATION_NAME, result.name.clone());
    event.push_if_some(semconv::EVALUATION_SCORE_LABEL, result.label.clone());
    event.push(semconv::EVALUATION_SCORE_VALUE, result.score);
    let explanation = result.truncated_explanation();
    event.push_if_some(semconv::EVALUATION_EXPLANATION, explanation);
    event.push_text(semconv::FEEDBACK_CATEGORY, result.category.as_deref());
    event.push_text(semconv::RESPONSE_ID, response_id);
    event.extend_missing(&result.metadata, &[]);
    span.add_event(event::EVALUATION_RESULT, event.into_inner());
}

/// Adds the event as one of the `tracing` span, for other layers than this crate's.
/// Logs are among them: texts of users are left out.
pub(in crate::emit) fn log_evaluation(result: &EvaluationResult, span: &Span) {
    tracing::event!(
        name: event::EVALUATION_RESULT,
        target: crate::TARGET,
        parent: span,
        Level::INFO,
        { semconv::EVALUATION_NAME } = result.name.as_ref(),
        { semconv::EVALUATION_SCORE_LABEL } = result.label.as_deref(),
        { semconv::EVALUATION_SCORE_VALUE } = result.score,
        { semconv::FEEDBACK_CATEGORY } = result.category.as_deref(),
    );
}
