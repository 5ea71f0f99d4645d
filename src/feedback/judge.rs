//! What users and judges think, from the application to a span.

use opentelemetry::KeyValue;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;

use super::{Evaluation, Feedback};
use crate::emit::EvaluationTarget;
use crate::trace::current_context;
use crate::trace::inherited_attributes::inherited;
use crate::trace::trace_ref::TraceRef;

impl Feedback {
    /// Records it on the current span; where that one is not exported, on the
    /// one around it. Does nothing outside of any.
    ///
    /// Where a client was monitored with
    /// [`llm_events`](crate::MonitorOptions::llm_events), it also becomes New
    /// Relic's `LlmFeedbackMessage`.
    pub fn record(self) {
        here(|target, inherited| target.feedback(&self, inherited));
    }

    /// Records it for a span that has ended, here or in another process: as a
    /// short span `feedback` below that one, in its trace. It has a link to the
    /// current span, and what that one hands down.
    ///
    /// Where the trace was not sampled, the span is not either.
    pub fn record_for(self, trace: &TraceRef) {
        EvaluationTarget::Ended(trace).feedback(&self, inherited_here());
    }
}

impl Evaluation {
    /// Records its scores on the current span; where that one is not exported,
    /// on the one around it. Does nothing outside of any.
    pub fn record(self) {
        here(|target, inherited| target.evaluation(&self, inherited));
    }

    /// Records its scores for a span that has ended, here or in another process:
    /// on a short span `evaluation` below that one, in its trace. It has a link
    /// to the current span, and what that one hands down.
    pub fn record_for(self, trace: &TraceRef) {
        EvaluationTarget::Ended(trace).evaluation(&self, inherited_here());
    }
}

fn here(say: impl FnOnce(EvaluationTarget<'_>, Vec<KeyValue>)) {
    let context = current_context();
    let inherited = inherited(&Span::current(), &context);
    say(EvaluationTarget::Open(&context.span()), inherited);
}

fn inherited_here() -> Vec<KeyValue> {
    inherited(&Span::current(), &current_context())
}
