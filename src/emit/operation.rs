//! The GenAI operation of a call.

use crate::record::Call;
use crate::semconv::operation;

/// The operation, or `None` for a call without one, such as `CreateSession`. A
/// call that failed before its response named the operation counts as `chat`.
pub(super) fn resolve_operation(call: &Call) -> Option<&'static str> {
    match (call.operation, &call.span_name) {
        (Some(operation), _) => Some(operation),
        (None, None) => Some(operation::CHAT),
        (None, Some(_)) => None,
    }
}

/// Whether the call is inference in the sense of the conventions.
pub(super) fn is_inference(call: &Call) -> bool {
    resolve_operation(call).is_some_and(|operation| operation::INFERENCE.contains(&operation))
}
