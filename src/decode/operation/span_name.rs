//! Span names that are not the operation and the model.

use crate::record::Call;

/// Names the span after the operation and what it acts on: an agent, a tool, a
/// knowledge base.
pub(super) fn set_span_name(operation: &'static str, target: Option<&str>, call: &mut Call) {
    call.span_name = Some(match target {
        Some(target) => format!("{operation} {target}").into(),
        None => operation.into(),
    });
}
