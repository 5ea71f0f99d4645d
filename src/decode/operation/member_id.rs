//! Members of the SDK's typed inputs and outputs that identify something.

/// A member whose value becomes an attribute: a string, or an enum of the SDK.
pub(super) trait MemberId {
    fn as_id(&self) -> Option<&str>;
}

impl MemberId for String {
    fn as_id(&self) -> Option<&str> {
        Some(self)
    }
}

impl MemberId for Option<String> {
    fn as_id(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// The last segment of an ARN, or the whole of a plain id.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(super) fn last_segment(id_or_arn: &str) -> &str {
    id_or_arn
        .rsplit_once('/')
        .map_or(id_or_arn, |(_, last)| last)
}
