//! What users think of an answer.

use std::borrow::Cow;
use std::fmt;

use opentelemetry::{KeyValue, Value};

use crate::Error;

mod evaluation;
mod judge;

pub use self::evaluation::{Evaluation, Score};

/// A user's judgement of an answer.
///
/// It becomes a span event `gen_ai.evaluation.result` with the name
/// `user_feedback`, the rating as label and as score, and the message as
/// explanation: the conventions have nothing closer. While the span of the
/// answer is open it goes there ([`record`](Self::record)); later, and in
/// another process, to a short span below it
/// ([`record_for`](Self::record_for)). Where a client was monitored with
/// [`llm_events`](crate::MonitorOptions::llm_events), it is New Relic's
/// `LlmFeedbackMessage` too.
///
/// What a user writes is sent as it is, up to 4,095 characters, whatever
/// [`MonitorOptions::capture`](crate::MonitorOptions::capture) says: it is sent
/// because the application asks for it.
///
/// ```
/// use nr_bedrock_observability::Feedback;
///
/// # #[tracing::instrument]
/// # async fn ask() -> bool { true }
/// #[tracing::instrument]
/// async fn answer() {
///     // … after the answer was shown, while this span is open:
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
    pub(crate) rating: Rating,
    pub(crate) score: f64,
    pub(crate) message: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) metadata: Vec<KeyValue>,
}

impl Feedback {
    /// Feedback with the rating's own score: 1.0, 0.0 or −1.0.
    pub fn new(rating: Rating) -> Self {
        Self {
            rating,
            score: rating.score(),
            message: None,
            category: None,
            metadata: Vec::new(),
        }
    }

    /// The answer helped. Score: 1.0.
    pub fn positive() -> Self {
        Self::new(Rating::Positive)
    }

    /// It did not. Score: −1.0.
    pub fn negative() -> Self {
        Self::new(Rating::Negative)
    }

    /// Neither. Score: 0.0.
    pub fn neutral() -> Self {
        Self::new(Rating::Neutral)
    }

    /// A finer score, from −1.0 (bad) to 1.0 (good). Default: the rating's.
    ///
    /// # Errors
    /// The score is not a number in that range.
    pub fn score(self, score: f64) -> Result<Self, Error> {
        if (-1.0..=1.0).contains(&score) {
            Ok(Self { score, ..self })
        } else {
            let problem = format_args!("{score} is not between -1.0 and 1.0");
            Err(Error::invalid_setting("feedback score", problem))
        }
    }

    /// What the user wrote. Default: nothing.
    pub fn message(self, message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..self
        }
    }

    /// What it is about, one of few words: `accuracy`, `tone`. Default: nothing.
    pub fn category(self, category: impl Into<String>) -> Self {
        Self {
            category: Some(category.into()),
            ..self
        }
    }

    /// Adds an attribute. The last value of a key counts, and what the feedback
    /// itself tells under that name counts more. Default: none.
    pub fn metadata(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let key = key.into();
        self.metadata.retain(|known| known.key.as_str() != key);
        self.metadata.push(KeyValue::new(key, value));
        self
    }
}

/// Without the message and the metadata: what users write is content.
impl fmt::Debug for Feedback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feedback")
            .field("rating", &self.rating)
            .field("score", &self.score)
            .field("category", &self.category)
            .finish_non_exhaustive()
    }
}

/// Whether an answer helped.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Rating {
    /// It did not. Label `negative`, score −1.0.
    Negative,
    /// Neither. Label `neutral`, score 0.0.
    Neutral,
    /// It did. Label `positive`, score 1.0.
    Positive,
}

impl Rating {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }

    fn score(self) -> f64 {
        match self {
            Self::Negative => -1.0,
            Self::Neutral => 0.0,
            Self::Positive => 1.0,
        }
    }
}
