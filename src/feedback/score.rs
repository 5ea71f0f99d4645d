//! One score of an evaluation.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use crate::Error;
use crate::emit::{EvaluationKind, EvaluationResult};

/// A named score. The range is 0.0 (bad) to 1.0 (good) unless stated otherwise.
#[derive(Clone)]
#[must_use = "a score is part of an `Evaluation`"]
pub struct Score(EvaluationResult);

macro_rules! named_scores {
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
    /// A score with a custom name.
    ///
    /// # Errors
    /// The value is not a number from 0.0 to 1.0, or the name is empty.
    pub fn new(name: impl Into<Cow<'static, str>>, value: f64) -> Result<Self, Error> {
        Self::within(name, value, 0.0..=1.0)
    }

    /// A score with a custom name and range, such as `1.0..=5.0`. The value is
    /// exported unscaled.
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
            return Err(Error::invalid_setting(
                "evaluation score",
                "the name is empty",
            ));
        }
        if !value.is_finite() || !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            let problem = format_args!("{name}: {value} is not between {low:?} and {high:?}");
            return Err(Error::invalid_setting("evaluation score", problem));
        }
        let result = EvaluationResult::new(EvaluationKind::Score, name, value);
        Ok(Self(result))
    }

    named_scores! {
        /// Whether the response addresses the question.
        relevance,
        /// Whether the response is correct.
        accuracy,
        /// Whether the response covers everything that was asked.
        completeness,
        /// Whether the response is consistent and well structured.
        coherence,
        /// Whether the response is useful to the user.
        helpfulness,
    }

    /// Sets the score in words, one of few values: `pass`, `fail`. Unset by default.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = Some(label.into().into());
        self
    }

    /// Sets the reason, truncated to 4,095 characters. Unset by default.
    pub fn explanation(mut self, explanation: impl Into<String>) -> Self {
        self.0.explanation = Some(explanation.into());
        self
    }

    /// Sets the lowest acceptable value: New Relic's event is flagged below it.
    /// Unset by default.
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.0.threshold = Some(threshold);
        self
    }

    pub(super) fn into_result(self) -> EvaluationResult {
        self.0
    }
}

/// Without the explanation, which may quote the response.
impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Score")
            .field("name", &self.0.name)
            .field("value", &self.0.score)
            .field("label", &self.0.label)
            .finish_non_exhaustive()
    }
}
