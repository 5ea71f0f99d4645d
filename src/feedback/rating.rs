//! The rating of user feedback.

/// Whether a response was helpful.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Rating {
    /// Not helpful. Label `negative`, score −1.0.
    Negative,
    /// Neither helpful nor unhelpful. Label `neutral`, score 0.0.
    Neutral,
    /// Helpful. Label `positive`, score 1.0.
    Positive,
}

impl Rating {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }

    pub(super) fn score(self) -> f64 {
        match self {
            Self::Negative => -1.0,
            Self::Neutral => 0.0,
            Self::Positive => 1.0,
        }
    }
}
