//! Anthropic's text completions: Claude 1, 2 and Instant.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct AnthropicText;

impl PayloadFormat for AnthropicText {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("anthropic")
            && model.name().is_some_and(|name| NAMES.contains(&name))
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        is_hinted && prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = body.get_str("completion") else {
            return false;
        };
        candidate::push_text(call, 0, Some(text), body.get_str("stop_reason"));
        let response = &mut call.response;
        response.id = body.get_id("id").or(response.id.take());
        response.model = body.get_string("model").or(response.model.take());
        response.stop_sequence = body.get_string("stop").or(response.stop_sequence.take());
        true
    }
}

const NAMES: &[&str] = &["claude", "claude-instant"];
