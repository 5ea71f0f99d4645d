//! Which operation of AWS's API a call is.

use std::borrow::Cow;

/// An operation, in the words of its service's API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RpcMethod {
    /// Without blanks: `BedrockRuntime`.
    pub(crate) service: Cow<'static, str>,
    /// `Converse`
    pub(crate) method: Cow<'static, str>,
}

impl RpcMethod {
    pub(crate) const fn new(service: &'static str, method: &'static str) -> Self {
        Self {
            service: Cow::Borrowed(service),
            method: Cow::Borrowed(method),
        }
    }

    /// Reads the names that an SDK has of an operation.
    pub(crate) fn from_sdk_names(service: &str, method: &str) -> Self {
        Self {
            service: Cow::Owned(service.replace(' ', "")),
            method: Cow::Owned(method.to_owned()),
        }
    }

    /// The name of a span that says no more than that there was a call.
    pub(crate) fn span_name(&self) -> String {
        format!("{}.{}", self.service, self.method)
    }
}
