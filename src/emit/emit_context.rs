//! What a call and its steps have in common when they are emitted.

use std::sync::Arc;

use opentelemetry::KeyValue;

use super::evaluation_result::EvaluationResult;
use super::settings::Settings;

#[derive(Debug)]
pub(super) struct EmitContext {
    pub(super) settings: Arc<Settings>,
    /// Attributes inherited from the spans above the call.
    pub(super) inherited: Vec<KeyValue>,
    /// The result of the application's feedback closure.
    pub(super) feedback: Option<EvaluationResult>,
}
