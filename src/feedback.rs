//! What users think of an answer.

use std::time::SystemTime;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, Key, KeyValue};
use uuid::Uuid;

use crate::Error;
use crate::options::{Loggers, Record};
use crate::propagation::current_context;
use crate::semconv::{self, event, new_relic as name};

/// A user's judgement of an answer, recorded on the current span.
///
/// It becomes a span event `gen_ai.evaluation.result` with the name
/// `user_feedback`, the rating as label and as score, and the message as
/// explanation: the conventions have nothing closer.
///
/// ```
/// use nr_bedrock_observability::{Feedback, Rating};
///
/// # #[tracing::instrument]
/// # async fn ask() -> bool { true }
/// #[tracing::instrument]
/// async fn answer() {
///     // … after the answer was shown, while this span is open:
///     let rating = if ask().await { Rating::Positive } else { Rating::Negative };
///     Feedback::new(rating).message("found it at once").record();
/// }
/// ```
#[derive(Clone)]
#[must_use = "feedback is sent by `record`"]
pub struct Feedback {
    rating: Rating,
    score: f64,
    message: Option<String>,
}

impl Feedback {
    /// Feedback with the rating's own score: 1.0, 0.0 or −1.0.
    pub fn new(rating: Rating) -> Self {
        Self {
            rating,
            score: rating.score(),
            message: None,
        }
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

    /// Records it on the current span; where that one is not exported, on the
    /// one around it. Does nothing outside of any.
    ///
    /// Where a client was monitored with
    /// [`llm_events`](crate::MonitorOptions::llm_events), it also becomes New
    /// Relic's `LlmFeedbackMessage`.
    pub fn record(self) {
        let context = current_context();
        self.event(&context);
        let mut attributes = vec![
            KeyValue::new(semconv::EVALUATION_NAME, "user_feedback"),
            KeyValue::new(semconv::EVALUATION_SCORE_LABEL, self.rating.label()),
            KeyValue::new(semconv::EVALUATION_SCORE_VALUE, self.score),
        ];
        let message = self
            .message
            .map(|text| KeyValue::new(semconv::EVALUATION_EXPLANATION, text));
        attributes.extend(message);
        context
            .span()
            .add_event(event::EVALUATION_RESULT, attributes);
    }

    /// New Relic joins it with the answer by the trace alone.
    fn event(&self, context: &Context) {
        let span = context.span();
        let span = span.span_context();
        let Some(loggers) = Loggers::of_process().filter(|_| span.is_valid()) else {
            return;
        };
        let label = self.rating.label();
        let mut attributes: Vec<(Key, AnyValue)> = vec![
            (name::EVENT_TYPE.into(), name::event::FEEDBACK.into()),
            (name::ID.into(), Uuid::new_v4().to_string().into()),
            (name::TRACE_ID.into(), span.trace_id().to_string().into()),
            (name::RATING.into(), label.into()),
            (name::INGEST_SOURCE.into(), name::INGEST_SOURCE_RUST.into()),
            (name::completion::FEEDBACK.into(), label.into()),
            (name::completion::SENTIMENT.into(), self.score.into()),
        ];
        if let Some(message) = &self.message {
            for key in [name::MESSAGE, name::completion::FEEDBACK_MESSAGE] {
                attributes.push((key.into(), message.clone().into()));
            }
        }
        loggers.emit(Record {
            attributes,
            body: None,
            at: SystemTime::now(),
            span: span.clone(),
        });
    }
}

/// Without the message: what users write is content.
impl std::fmt::Debug for Feedback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feedback")
            .field("rating", &self.rating)
            .field("score", &self.score)
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
    fn label(self) -> &'static str {
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
