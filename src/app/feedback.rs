//! Records feedback and evaluations.

use std::sync::Arc;

use crate::config::{MonitorOptions, process_settings};
use crate::emit::sinks::{Loggers, Providers};
use crate::emit::{
    CallSettings, EvaluationResult, Settings, record_on_current_span, record_on_ended_span,
};
use crate::feedback::{Evaluation, Feedback};
use crate::trace::TraceRef;

impl Feedback {
    /// Sets the options that decide about the message
    /// ([`feedback_text`](MonitorOptions::feedback_text),
    /// [`redact_with`](MonitorOptions::redact_with)) and about New Relic's event
    /// ([`llm_events`](MonitorOptions::llm_events)). Default: see
    /// [`MonitorOptions::install_default`].
    pub fn options(mut self, options: MonitorOptions) -> Self {
        self.set_settings(options.into_settings());
        self
    }

    /// Records the feedback on the current span, or on its nearest exported ancestor
    /// if the current span is filtered out. Has no effect outside a span.
    pub fn record(self) {
        let own = self.settings().cloned();
        let (results, loggers) = prepare(vec![self.into_result()], own);
        record_on_current_span(&results, loggers.as_ref());
    }

    /// Records the feedback for a span that has ended, in this or another process:
    /// as a short span `feedback` below that span. The new span inherits attributes
    /// from the current span and links to it.
    ///
    /// If the trace was not sampled, neither is the new span.
    pub fn record_for(self, trace: &TraceRef) {
        let own = self.settings().cloned();
        let (results, loggers) = prepare(vec![self.into_result()], own);
        record_on_ended_span(trace, &results, loggers.as_ref());
    }
}

impl Evaluation {
    /// Sets the options that decide about explanations
    /// ([`feedback_text`](MonitorOptions::feedback_text),
    /// [`redact_with`](MonitorOptions::redact_with)) and about New Relic's events
    /// ([`llm_events`](MonitorOptions::llm_events)). Default: see
    /// [`MonitorOptions::install_default`].
    pub fn options(mut self, options: MonitorOptions) -> Self {
        self.set_settings(options.into_settings());
        self
    }

    /// Records the scores on the current span, or on its nearest exported ancestor
    /// if the current span is filtered out. Has no effect outside a span.
    pub fn record(self) {
        let own = self.settings().cloned();
        let (results, loggers) = prepare(self.into_results(), own);
        record_on_current_span(&results, loggers.as_ref());
    }

    /// Records the scores for a span that has ended, in this or another process: on
    /// a short span `evaluation` below that span. The new span inherits attributes
    /// from the current span and links to it. Has no effect without scores.
    pub fn record_for(self, trace: &TraceRef) {
        let own = self.settings().cloned();
        let (results, loggers) = prepare(self.into_results(), own);
        record_on_ended_span(trace, &results, loggers.as_ref());
    }
}

/// The results as they may leave the process, and where their New Relic events are
/// sent.
fn prepare(
    mut results: Vec<EvaluationResult>,
    own: Option<Arc<Settings>>,
) -> (Vec<EvaluationResult>, Option<Loggers>) {
    let CallSettings { client, capture } =
        own.map_or_else(process_settings, |own| CallSettings::new(&own));
    let pipeline = Providers::current();
    let loggers = client.sinks.loggers(pipeline.as_deref());
    for result in &mut results {
        result.filter_text(&capture);
    }
    (results, loggers)
}
