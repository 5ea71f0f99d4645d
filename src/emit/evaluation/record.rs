//! Records evaluation results of the application.

use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use tracing::Span;

use super::late_span::record_late_span;
use super::span_event::{add_evaluation_event, log_evaluation};
use crate::emit::evaluation_result::{EvaluationKind, EvaluationResult};
use crate::emit::new_relic_events::emit_evaluation;
use crate::emit::sinks::Loggers;
use crate::trace::inherited_attributes::collect_inherited_attributes;
use crate::trace::missing_layer::LayerState;
use crate::trace::{TraceRef, current_context};

/// Records results on the current span, or on its nearest exported ancestor. Has
/// no effect outside a span.
pub(crate) fn record_on_current_span(results: &[EvaluationResult], loggers: Option<&Loggers>) {
    let context = current_context();
    let current = Span::current();
    if LayerState::of(&current, &context) == LayerState::Missing {
        for result in results {
            log_evaluation(result, &current);
        }
    }
    let span = context.span();
    emit_new_relic_events(results, span.span_context(), &inherited(&context), loggers);
    for result in results {
        add_evaluation_event(result, &span, None);
    }
}

/// Records results on a short span below one that has ended.
pub(crate) fn record_on_ended_span(
    trace: &TraceRef,
    results: &[EvaluationResult],
    loggers: Option<&Loggers>,
) {
    let Some(first) = results.first() else {
        return;
    };
    let parent = trace.span_context();
    let inherited = inherited(&current_context());
    emit_new_relic_events(results, parent, &inherited, loggers);
    let name = match first.kind {
        EvaluationKind::Feedback => "feedback",
        EvaluationKind::Score => "evaluation",
    };
    record_late_span(name, parent, inherited, |span| {
        for result in results {
            add_evaluation_event(result, span, trace.response_id());
        }
    });
}

fn inherited(context: &Context) -> Vec<KeyValue> {
    collect_inherited_attributes(&Span::current(), context)
}

/// New Relic joins its events with the evaluated response by trace id.
fn emit_new_relic_events(
    results: &[EvaluationResult],
    span: &SpanContext,
    inherited: &[KeyValue],
    loggers: Option<&Loggers>,
) {
    if let Some(loggers) = loggers.filter(|_| span.is_valid()) {
        for result in results {
            emit_evaluation(result, span, inherited, loggers);
        }
    }
}
