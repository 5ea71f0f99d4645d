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

impl<T: AsRef<str>> MemberId for Option<T> {
    fn as_id(&self) -> Option<&str> {
        self.as_ref().map(T::as_ref)
    }
}

/// The number of items of a list member.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(super) fn count_items<T>(items: Option<&Vec<T>>) -> Option<i64> {
    i64::try_from(items?.len()).ok()
}

/// The last segment of an ARN, or the whole of a plain id.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(super) fn last_segment(id_or_arn: &str) -> &str {
    id_or_arn
        .rsplit_once('/')
        .map_or(id_or_arn, |(_, last)| last)
}
