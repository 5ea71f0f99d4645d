//! Where a call is answered.

use crate::semconv;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// By the service, through the SDK.
    Bedrock,
    /// By the application itself.
    Inside,
    /// By a server that the application asks.
    Outside,
}

impl Place {
    /// The kind of its span.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Bedrock | Self::Outside => "client",
            Self::Inside => "internal",
        }
    }

    pub(crate) fn provider(self) -> Option<&'static str> {
        (self == Self::Bedrock).then_some(semconv::PROVIDER)
    }
}
