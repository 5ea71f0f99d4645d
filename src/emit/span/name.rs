//! Span names.

use crate::record::Call;
use crate::semconv::operation;

/// The call's own name, or operation and model.
pub(super) fn format_name(call: &Call) -> String {
    if let Some(name) = &call.span_name {
        return name.to_string();
    }
    let operation = call.operation.unwrap_or(operation::CHAT);
    match &call.model {
        Some(model) => format!("{operation} {model}"),
        None => operation.to_owned(),
    }
}
