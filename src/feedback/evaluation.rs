//! The scores of one evaluation.

use super::score::Score;
use crate::emit::{EvaluationResult, record_on_current_span, record_on_ended_span};
use crate::trace::TraceRef;

/// Scores of a response, assigned by another model, a test or a reviewer.
///
/// Each score is exported as a span event `gen_ai.evaluation.result`: on the
/// current span ([`record`](Self::record)), or on a short span below one that has
/// ended ([`record_for`](Self::record_for)). If a client has
/// [`llm_events`](crate::MonitorOptions::llm_events) turned on, New Relic's
/// `LlmMessageCustomAnalysis` is sent for each score too.
///
/// Evaluation text is always exported, even with content capture off.
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
pub struct Evaluation(Vec<Score>);

impl Evaluation {
    /// An evaluation without scores.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a score.
    pub fn score(mut self, score: Score) -> Self {
        self.0.push(score);
        self
    }

    /// Records the scores on the current span, or on its nearest exported ancestor
    /// if the current span is filtered out. Has no effect outside a span.
    pub fn record(self) {
        record_on_current_span(&self.into_results());
    }

    /// Records the scores for a span that has ended, in this or another process: on
    /// a short span `evaluation` below that span. The new span inherits attributes
    /// from the current span and links to it. Has no effect without scores.
    pub fn record_for(self, trace: &TraceRef) {
        record_on_ended_span(trace, &self.into_results());
    }

    fn into_results(self) -> Vec<EvaluationResult> {
        self.0.into_iter().map(Score::into_result).collect()
    }
}
