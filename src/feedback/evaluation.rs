//! What a judge, a person or a program, thinks of an answer, in numbers.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use crate::Error;

/// Scores of an answer: of another model that judges it, of a test, of a person
/// with a form.
///
/// Each score becomes a span event `gen_ai.evaluation.result`: of the current
/// span ([`record`](Self::record)), or of a short span below one that has ended
/// ([`record_for`](Self::record_for)). Where a client was monitored with
/// [`llm_events`](crate::MonitorOptions::llm_events), each is New Relic's
/// `LlmMessageCustomAnalysis` too.
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
    pub(crate) scores: Vec<Score>,
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
}

/// One score, by its name. Unless it says otherwise it is from 0.0 (bad) to 1.0
/// (good).
#[derive(Clone)]
#[must_use = "a score is part of an `Evaluation`"]
pub struct Score {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: f64,
    pub(crate) label: Option<String>,
    pub(crate) explanation: Option<String>,
    pub(crate) threshold: Option<f64>,
}

macro_rules! named {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        $(
            $(#[$doc])+
            ///
            /// # Errors
            /// The value is not a number from 0.0 to 1.0.
            pub fn $name(value: f64) -> Result<Self, Error> {
                Self::new(stringify!($name), value)
            }
        )+
    };
}

impl Score {
    /// A score of your own.
    ///
    /// # Errors
    /// The value is not a number from 0.0 to 1.0, or the name is empty.
    pub fn new(name: impl Into<Cow<'static, str>>, value: f64) -> Result<Self, Error> {
        Self::within(name, value, 0.0..=1.0)
    }

    /// A score of your own with another range, such as `1.0..=5.0`. The value is
    /// sent as it is, and not brought to another range.
    ///
    /// # Errors
    /// The value is not a number in the range, or the name is empty.
    pub fn within(
        name: impl Into<Cow<'static, str>>,
        value: f64,
        range: RangeInclusive<f64>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if name.is_empty() {
            return Err(Error::invalid_setting("evaluation score", "it has no name"));
        }
        if !value.is_finite() || !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            let problem = format_args!("{name}: {value} is not between {low:?} and {high:?}");
            return Err(Error::invalid_setting("evaluation score", problem));
        }
        Ok(Self {
            name,
            value,
            label: None,
            explanation: None,
            threshold: None,
        })
    }

    named! {
        /// Whether the answer is about the question.
        relevance,
        /// Whether what it says is so.
        accuracy,
        /// Whether it says all that was asked for.
        completeness,
        /// Whether its parts belong together.
        coherence,
        /// Whether it is of use to who asked.
        helpfulness,
    }

    /// The score in a word, one of few: `pass`, `fail`. Default: none.
    pub fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..self
        }
    }

    /// Why. Sent as it is, up to 4,095 characters. Default: nothing.
    pub fn explanation(self, explanation: impl Into<String>) -> Self {
        Self {
            explanation: Some(explanation.into()),
            ..self
        }
    }

    /// The least value that is good enough: New Relic's event is flagged below
    /// it. Default: none.
    pub fn threshold(self, threshold: f64) -> Self {
        Self {
            threshold: Some(threshold),
            ..self
        }
    }
}

/// Without the explanation, which may quote the answer.
impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Score")
            .field("name", &self.name)
            .field("value", &self.value)
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}
