//! [`Failure`]: why an attempt, or an item, failed.

/// The kind of a problem. Each is logged on its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// A setting rules out every request.
    Settings,
    /// No connection: refused, unknown host, unreachable, or no answer of the proxy.
    Connection,
    Tls,
    /// The response is not HTTP/1.1, or broke off.
    Protocol,
    Timeout,
    /// An HTTP status.
    Status(u16),
    /// Part of an accepted request was rejected.
    Rejected,
    QueueFull,
}

impl Cause {
    /// Whether there was no response at all, and the next attempt will hardly have one.
    pub(crate) fn is_unreachable(self) -> bool {
        matches!(self, Self::Connection | Self::Tls | Self::Protocol)
    }
}

/// A cause, and its description for messages.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) problem: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, problem: impl Into<String>) -> Self {
        Self {
            cause,
            problem: problem.into(),
        }
    }
}
