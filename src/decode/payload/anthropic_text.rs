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
        model.vendor() == Some("anthropic") && model.name().is_some_and(|name| OLD.contains(&name))
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::read_prompt(self, (body, "prompt"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.read_chunk(body, call)
    }

    /// Chunks look like whole answers.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = chunk.get_str("completion") else {
            return false;
        };
        candidate::push_text(call, 0, Some(text), chunk.get_str("stop_reason"));
        let known = &mut call.response;
        known.id = chunk.get_id("id").or(known.id.take());
        known.model = chunk.get_string("model").or(known.model.take());
        known.stop_sequence = chunk.get_string("stop").or(known.stop_sequence.take());
        true
    }
}

const OLD: &[&str] = &["claude", "claude-instant"];
