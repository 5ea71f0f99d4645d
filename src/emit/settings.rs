//! The input of `emit` beside the calls: the resolved options of one client.

use std::fmt;
use std::sync::Arc;

use opentelemetry::KeyValue;

use super::completion::Completion;
use super::evaluation_result::EvaluationResult;
use super::sinks::Sinks;
use crate::record::UserClosure;
use crate::record::content::Capture;

/// The resolved options of one client.
pub(crate) struct Settings {
    pub(crate) capture: Arc<Capture>,
    pub(crate) track_token_usage: bool,
    pub(crate) streaming_events: bool,
    pub(crate) propagate_context: bool,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) resolve_profiles: Option<ProfileResolver>,
    pub(crate) feedback: Option<FeedbackClosure>,
    pub(crate) sinks: Sinks,
}

/// The settings of one call.
#[derive(Clone, Debug)]
pub(crate) struct CallSettings {
    pub(crate) client: Arc<Settings>,
    /// What may be captured of this call.
    pub(crate) capture: Arc<Capture>,
}

impl CallSettings {
    /// The settings for a call of a client that starts in the current scope.
    pub(crate) fn new(client: &Arc<Settings>) -> Self {
        Self {
            client: Arc::clone(client),
            capture: client.capture.in_scope(),
        }
    }
}

/// Returns the model id behind an inference profile.
pub(crate) type ProfileResolver = UserClosure<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Returns feedback on a completion.
pub(crate) type FeedbackClosure =
    UserClosure<dyn Fn(&Completion<'_>) -> Option<EvaluationResult> + Send + Sync>;

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("capture", &self.capture)
            .finish_non_exhaustive()
    }
}

/// Characters of a string attribute that New Relic keeps.
pub(crate) const DEFAULT_CONTENT_LIMIT: usize = 4095;
