//! What a call, or one attempt of it, failed with.

use std::borrow::Cow;
use std::time::SystemTime;

use super::content::{Content, ContentKind, Redactor, redact};

/// An error, in a few words of low cardinality and in the service's own.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The service's code (`ThrottlingException`), or a class of this crate
    /// where the service gave none.
    pub(crate) kind: Cow<'static, str>,
    pub(crate) message: Option<Message>,
}

impl Failure {
    pub(crate) fn new(kind: impl Into<Cow<'static, str>>, message: Option<String>) -> Self {
        Self {
            kind: kind.into(),
            message: message.map(Message::new),
        }
    }

    /// The caller dropped the call before it was answered.
    pub(crate) fn cancelled() -> Self {
        let message = "the call was dropped before it was answered".to_owned();
        Self::new(CANCELLED, Some(message))
    }

    pub(crate) fn message(&self) -> &str {
        self.message.as_ref().map_or("", Message::text)
    }

    /// The service turned the call away because of its rate.
    pub(crate) fn is_throttling(&self, status: Option<i64>) -> bool {
        let kind = self.kind.as_ref();
        THROTTLING.contains(&kind) || (status == Some(429) && kind != NOT_READY)
    }

    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        if let Some(message) = &mut self.message {
            message.redact(redactor);
        }
    }
}

/// The text of an error. It may quote the request, so `Debug` hides it.
#[derive(Clone)]
pub(crate) struct Message(String);

impl Message {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        redact(redactor, ContentKind::Error, &mut self.0);
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&Content::new(ContentKind::Error, &mut self.0.clone()), f)
    }
}

/// An attempt that failed, whether or not a later one succeeded.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// From 1.
    pub(crate) number: i64,
    pub(crate) at: SystemTime,
    pub(crate) failure: Failure,
    pub(crate) status: Option<i64>,
    pub(crate) request_id: Option<String>,
}

/// The classes of errors that no service code names.
pub(crate) const CANCELLED: &str = "cancelled";
pub(crate) const CONNECTION: &str = "connection";
pub(crate) const CONSTRUCTION: &str = "construction";
pub(crate) const PANIC: &str = "panic";
pub(crate) const RESPONSE: &str = "response";
pub(crate) const TIMEOUT: &str = "timeout";
/// A tool ran and says itself that it failed.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(crate) const TOOL_ERROR: &str = "tool_error";
/// The conventions' word for an error that nothing is known of.
pub(crate) const OTHER: &str = "_OTHER";

/// A model that is still being loaded: the service answers with the status of
/// a rate limit, but no rate was too high.
const NOT_READY: &str = "ModelNotReadyException";

const THROTTLING: &[&str] = &[
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
