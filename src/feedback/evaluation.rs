//! The scores of one evaluation.

use std::sync::Arc;

use super::score::Score;
use crate::emit::{EvaluationResult, Settings};

/// Scores of a response, assigned by another model, a test or a reviewer.
///
/// Each score is exported as a span event `gen_ai.evaluation.result`: on the
/// current span ([`record`](Self::record)), or on a short span below one that has
/// ended ([`record_for`](Self::record_for)). If its options have
/// [`llm_events`](crate::MonitorOptions::llm_events) turned on, New Relic's
/// `LlmMessageCustomAnalysis` is sent for each score too.
///
/// Explanations are recorded even with content capture off, unless
/// [`MonitorOptions::feedback_text`](crate::MonitorOptions::feedback_text) turns them
/// off. They pass through
/// [`MonitorOptions::redact_with`](crate::MonitorOptions::redact_with).
///
/// ```
/// use nr_bedrock_observability::{Evaluation, Score, TraceRef};
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// # let trace: TraceRef = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?;
/// Evaluation::new()
///     .score(Score::relevance(0.92)?.label("good").explanation("names the deadline"))
///     .score(Score::accuracy(0.4)?.threshold(0.7))
///     .score(Score::within("tone", 4.0, 1.0..=5.0)?)
///     .record_for(&trace);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "an evaluation is sent by `record` or `record_for`"]
pub struct Evaluation {
    scores: Vec<Score>,
    settings: Option<Arc<Settings>>,
}

impl Evaluation {
    /// An evaluation without scores.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a score.
    pub fn score(mut self, score: Score) -> Self {
        self.scores.push(score);
        self
    }

    pub(crate) fn into_results(self) -> Vec<EvaluationResult> {
        self.scores.into_iter().map(Score::into_result).collect()
    }

    pub(crate) fn set_settings(&mut self, settings: Arc<Settings>) {
        self.settings = Some(settings);
    }

    pub(crate) fn settings(&self) -> Option<&Arc<Settings>> {
        self.settings.as_ref()
    }
}
