//! One evaluation result of the GenAI conventions.

use std::borrow::Cow;
use std::fmt;

use opentelemetry::KeyValue;

use crate::record::content::{Capture, TruncatedText};

/// The content of one `gen_ai.evaluation.result` event.
#[derive(Clone)]
pub(crate) struct EvaluationResult {
    pub(crate) kind: EvaluationKind,
    pub(crate) name: Cow<'static, str>,
    pub(crate) score: f64,
    pub(crate) label: Option<Cow<'static, str>>,
    pub(crate) explanation: Option<String>,
    /// The lowest acceptable score.
    pub(crate) threshold: Option<f64>,
    pub(crate) category: Option<String>,
    pub(crate) metadata: Vec<KeyValue>,
}

/// Who evaluated: it decides the name of a late span and the New Relic event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum EvaluationKind {
    /// A user: span `feedback`, event `LlmFeedbackMessage`.
    Feedback,
    /// A model, test or reviewer: span `evaluation`, event
    /// `LlmMessageCustomAnalysis`.
    Score,
}

impl EvaluationResult {
    pub(crate) fn new(
        kind: EvaluationKind,
        name: impl Into<Cow<'static, str>>,
        score: f64,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            score,
            label: None,
            explanation: None,
            threshold: None,
            category: None,
            metadata: Vec::new(),
        }
    }

    /// Redacts the explanation, or removes it if it may not be recorded.
    pub(crate) fn filter_text(&mut self, capture: &Capture) {
        self.explanation = capture.filter_feedback(self.explanation.take());
    }

    /// The explanation within the limit of one attribute. Its length is the user's.
    pub(super) fn truncated_explanation(&self) -> Option<String> {
        let text = self.explanation.as_deref()?;
        Some(TruncatedText::truncate_str(MAX_EXPLANATION, text))
    }
}

/// Without explanation and metadata, which may hold what a user wrote.
impl fmt::Debug for EvaluationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvaluationResult")
            .field("name", &self.name)
            .field("score", &self.score)
            .field("label", &self.label)
            .field("category", &self.category)
            .finish_non_exhaustive()
    }
}

/// Characters that New Relic keeps of an attribute.
const MAX_EXPLANATION: usize = 4095;
