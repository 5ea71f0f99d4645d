//! What a call and its steps have in common when they are emitted.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::global::BoxedTracer;

use super::evaluation_result::EvaluationResult;
use super::settings::Settings;
use super::sinks::{Instruments, Loggers, Providers};
use crate::record::content::Capture;

#[derive(Debug)]
pub(super) struct EmitContext {
    pub(super) settings: Arc<Settings>,
    /// The providers of the pipeline in the subscriber of the call's span. The call
    /// may end on a thread with another subscriber.
    pub(super) pipeline: Option<Arc<Providers>>,
    /// What may be captured of the call.
    pub(super) capture: Arc<Capture>,
    /// Attributes inherited from the spans above the call.
    pub(super) inherited: Vec<KeyValue>,
    /// The result of the application's feedback closure.
    pub(super) feedback: Option<EvaluationResult>,
}

impl EmitContext {
    pub(super) fn tracer(&self) -> BoxedTracer {
        self.settings.sinks.tracer(self.pipeline.as_deref())
    }

    /// `None` if metrics are off.
    pub(super) fn instruments(&self) -> Option<Arc<Instruments>> {
        self.settings.sinks.instruments(self.pipeline.as_deref())
    }

    /// The loggers for New Relic events. `None` if events are off or no logger
    /// provider is known.
    pub(super) fn loggers(&self) -> Option<Loggers> {
        self.settings.sinks.loggers(self.pipeline.as_deref())
    }
}
