//! Who answers the call that a span is for.

use crate::semconv;

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum SpanOrigin {
    /// Bedrock, through the SDK.
    #[default]
    Bedrock,
    /// The application itself.
    Application,
    /// Another server that the application calls.
    Server,
}

impl SpanOrigin {
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
