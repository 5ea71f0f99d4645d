//! Feedback of a user.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use opentelemetry::{KeyValue, Value};

use super::rating::Rating;
use crate::Error;
use crate::emit::{EvaluationKind, EvaluationResult, Settings};

/// A user's feedback on a response.
///
/// It is exported as a span event `gen_ai.evaluation.result` with the name
/// `user_feedback`, the rating as label and score, and the message as
/// explanation. While the span is open, [`record`](Self::record) adds the event
/// to it. Later, and from other processes, [`record_for`](Self::record_for) adds
/// it to a short span below it. If its options have
/// [`llm_events`](crate::MonitorOptions::llm_events) turned on, New Relic's
/// `LlmFeedbackMessage` is sent too.
///
/// The message is recorded even with content capture off, unless
/// [`MonitorOptions::feedback_text`](crate::MonitorOptions::feedback_text) turns it
/// off. It passes through
/// [`MonitorOptions::redact_with`](crate::MonitorOptions::redact_with) and is truncated
/// to 4,095 characters. Category and metadata are recorded as they are.
///
/// ```
/// use nr_bedrock_observability::Feedback;
///
/// # #[tracing::instrument]
/// # async fn ask() -> bool { true }
/// #[tracing::instrument]
/// async fn answer() {
///     // … after the response was shown, while this span is open:
///     let feedback = if ask().await { Feedback::positive() } else { Feedback::negative() };
///     feedback
///         .message("found it at once")
///         .category("accuracy")
///         .metadata("ui.version", "2.1")
///         .record();
/// }
/// ```
#[derive(Clone)]
#[must_use = "feedback is sent by `record` or `record_for`"]
pub struct Feedback {
    result: EvaluationResult,
    settings: Option<Arc<Settings>>,
}

impl Feedback {
    /// Feedback with the score of the rating: 1.0, 0.0 or −1.0.
    pub fn new(rating: Rating) -> Self {
        Self {
            result: EvaluationResult {
                label: Some(rating.label().into()),
                ..EvaluationResult::new(EvaluationKind::Feedback, USER_FEEDBACK, rating.score())
            },
            settings: None,
        }
    }

    /// The response was helpful. Score: 1.0.
    pub fn positive() -> Self {
        Self::new(Rating::Positive)
    }

    /// The response was not helpful. Score: −1.0.
    pub fn negative() -> Self {
        Self::new(Rating::Negative)
    }

    /// The response was neither helpful nor unhelpful. Score: 0.0.
    pub fn neutral() -> Self {
        Self::new(Rating::Neutral)
    }

    /// Sets a finer score, from −1.0 (bad) to 1.0 (good). Default: the score of the
    /// rating.
    ///
    /// # Errors
    /// The score is not a number in that range.
    pub fn score(mut self, score: f64) -> Result<Self, Error> {
        if (-1.0..=1.0).contains(&score) {
            self.result.score = score;
            Ok(self)
        } else {
            let problem = format_args!("{score} is not between -1.0 and 1.0");
            Err(Error::invalid_setting("feedback score", problem))
        }
    }

    /// Sets the user's message. Unset by default.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.result.explanation = Some(message.into());
        self
    }

    /// Sets the topic, one of few values: `accuracy`, `tone`. Unset by default.
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.result.category = Some(category.into());
        self
    }

    /// Adds an attribute. The last value of a key wins; attributes of the feedback
    /// itself take precedence. None by default.
    pub fn metadata(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let key = key.into();
        let metadata = &mut self.result.metadata;
        metadata.retain(|known| known.key.as_str() != key);
        metadata.push(KeyValue::new(key, value));
        self
    }

    pub(crate) fn into_result(self) -> EvaluationResult {
        self.result
    }

    pub(crate) fn set_settings(&mut self, settings: Arc<Settings>) {
        self.settings = Some(settings);
    }

    pub(crate) fn settings(&self) -> Option<&Arc<Settings>> {
        self.settings.as_ref()
    }
}

/// Without message and metadata: what users write is content.
impl fmt::Debug for Feedback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feedback")
            .field("rating", &self.result.label)
            .field("score", &self.result.score)
            .field("category", &self.result.category)
            .finish_non_exhaustive()
    }
}

/// The evaluation name of user feedback.
const USER_FEEDBACK: &str = "user_feedback";
