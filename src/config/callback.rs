//! What the application thinks of an answer.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::emit::completion::Completion;
use crate::feedback::Feedback;

#[derive(Clone)]
pub(crate) struct FeedbackCallback(Arc<Ask>);

type Ask = dyn Fn(&Completion<'_>) -> Option<Feedback> + Send + Sync;

impl FeedbackCallback {
    pub(crate) fn new(
        ask: impl Fn(&Completion<'_>) -> Option<Feedback> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(ask))
    }

    /// Where the callback panics there is no feedback: the call must not suffer.
    pub(crate) fn ask(&self, completion: &Completion<'_>) -> Option<Feedback> {
        let asked = catch_unwind(AssertUnwindSafe(|| (self.0)(completion)));
        asked.unwrap_or_else(|_| {
            tracing::warn!(target: crate::TARGET, "the feedback callback panicked");
            None
        })
    }
}

impl fmt::Debug for FeedbackCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedbackCallback(..)")
    }
}
