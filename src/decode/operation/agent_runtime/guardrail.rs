//! The guardrail that a request configures.

use crate::record::Call;
use crate::record::json::Json;

/// Records the guardrail that a typed input configures.
pub(super) fn record_guardrail(id: &str, version: &str, call: &mut Call) {
    call.guardrail.id = Some(id.to_owned());
    call.guardrail.version = Some(version.to_owned());
}

/// Reads `{"guardrailId": …, "guardrailVersion": …}`.
pub(super) fn read_guardrail(configuration: Option<&Json<'_>>, call: &mut Call) {
    if let Some(configuration) = configuration {
        call.guardrail.id = configuration.get_id("guardrailId");
        call.guardrail.version = configuration.get_id("guardrailVersion");
    }
}
