//! The error of a call, or of one attempt.

use std::borrow::Cow;
use std::time::SystemTime;

use super::content::{Content, ContentKind, Redactor, redact};

/// An error: its type, of low cardinality, and the service's message.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// `error.type`: the service's code (`ThrottlingException`), or one of the
    /// constants below if there is none.
    pub(crate) kind: Cow<'static, str>,
    pub(crate) message: Option<FailureMessage>,
    /// The message may quote content, so it is recorded only where content is.
    quotes_content: bool,
}

impl Failure {
    pub(crate) fn new(kind: impl Into<Cow<'static, str>>, message: Option<String>) -> Self {
        Self {
            kind: kind.into(),
            message: message.map(FailureMessage::new),
            quotes_content: false,
        }
    }

    /// A failure whose message may quote content, as that of an application's tool.
    pub(crate) fn quoting_content(
        kind: impl Into<Cow<'static, str>>,
        message: Option<String>,
    ) -> Self {
        Self {
            quotes_content: true,
            ..Self::new(kind, message)
        }
    }

    /// The caller dropped the future before the response.
    pub(crate) fn cancelled() -> Self {
        let message = "the call was dropped before it was answered".to_owned();
        Self::new(CANCELLED, Some(message))
    }

    pub(crate) fn message(&self) -> &str {
        self.message.as_ref().map_or("", FailureMessage::text)
    }

    /// The message as it is recorded in a place that holds content, or does not.
    pub(crate) fn message_in(&self, holds_content: bool) -> &str {
        if self.quotes_content && !holds_content {
            return "";
        }
        self.message()
    }

    /// The service rejected the call because of its rate.
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

/// The message of an error. It may quote the request, so `Debug` hides it.
#[derive(Clone)]
pub(crate) struct FailureMessage(String);

impl FailureMessage {
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

impl std::fmt::Debug for FailureMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&Content::new(ContentKind::Error, &mut self.0.clone()), f)
    }
}

/// An attempt that failed, even if a later one succeeded.
#[derive(Clone, Debug)]
pub(crate) struct FailedAttempt {
    /// Counted from 1.
    pub(crate) number: i64,
    pub(crate) timestamp: SystemTime,
    pub(crate) failure: Failure,
    pub(crate) status: Option<i64>,
    pub(crate) request_id: Option<String>,
}

/// Values of `error.type` for errors without a service code.
pub(crate) const CANCELLED: &str = "cancelled";
pub(crate) const CONNECTION: &str = "connection";
pub(crate) const CONSTRUCTION: &str = "construction";
pub(crate) const PANIC: &str = "panic";
pub(crate) const RESPONSE: &str = "response";
pub(crate) const TIMEOUT: &str = "timeout";
/// A tool ran and reported an error itself.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(crate) const TOOL_ERROR: &str = "tool_error";
/// The conventions' value for an unknown error.
pub(crate) const OTHER: &str = "_OTHER";

/// A model that is still loading: the service returns the status of a rate
/// limit, but no rate was exceeded.
const NOT_READY: &str = "ModelNotReadyException";

const THROTTLING: &[&str] = &[
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
