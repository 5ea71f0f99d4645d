//! The guardrail that a request configures.

use crate::record::Call;
use crate::record::json::Json;

/// Reads `{"guardrailId": …, "guardrailVersion": …}`.
pub(super) fn read_guardrail(configuration: Option<&Json<'_>>, call: &mut Call) {
    if let Some(configuration) = configuration {
        call.guardrail.id = configuration.get_id("guardrailId");
        call.guardrail.version = configuration.get_id("guardrailVersion");
    }
}
