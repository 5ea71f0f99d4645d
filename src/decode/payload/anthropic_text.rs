//! Anthropic's text completions: Claude 1, 2 and Instant.

use super::{Family, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct AnthropicText;

impl Family for AnthropicText {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("anthropic") && model.name().is_some_and(|name| OLD.contains(&name))
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::request(self, (body, "prompt"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.chunk(body, call)
    }

    /// Chunks look like whole answers.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = chunk.get_str("completion") else {
            return false;
        };
        prompt::answer(call, 0, Some(text), chunk.get_str("stop_reason"));
        let known = &mut call.response;
        known.id = chunk.get_id("id").or(known.id.take());
        known.model = chunk.get_string("model").or(known.model.take());
        known.stop_sequence = chunk.get_string("stop").or(known.stop_sequence.take());
        true
    }
}

const OLD: &[&str] = &["claude", "claude-instant"];
