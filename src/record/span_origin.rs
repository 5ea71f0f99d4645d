//! Where a call is answered.

use crate::semconv;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SpanOrigin {
    /// By the service, through the SDK.
    Bedrock,
    /// By the application itself.
    Application,
    /// By a server that the application asks.
    Server,
}

impl SpanOrigin {
    /// The kind of its span.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Bedrock | Self::Server => "client",
            Self::Application => "internal",
        }
    }

    pub(crate) fn provider(self) -> Option<&'static str> {
        (self == Self::Bedrock).then_some(semconv::PROVIDER)
    }
}
