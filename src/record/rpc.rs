//! The AWS operation of a call.

use std::borrow::Cow;

/// Service and operation, as the AWS API names them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RpcMethod {
    /// Without spaces: `BedrockRuntime`.
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

    /// Takes the SDK's names of a service and an operation.
    pub(crate) fn from_sdk_names(service: &str, method: &str) -> Self {
        Self {
            service: Cow::Owned(service.replace(' ', "")),
            method: Cow::Owned(method.to_owned()),
        }
    }

    /// The span name of a call without a GenAI operation.
    pub(crate) fn span_name(&self) -> String {
        format!("{}.{}", self.service, self.method)
    }
}
