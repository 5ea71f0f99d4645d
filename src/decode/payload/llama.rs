//! Meta Llama 2, 3 and 4, and models that are imported under their format.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Llama;

impl PayloadFormat for Llama {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("meta")
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::read_prompt(self, (body, "prompt"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.read_chunk(body, call)
    }

    /// Chunks look like whole answers; their counts are running totals.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = chunk.get_str("generation") else {
            return false;
        };
        candidate::push_text(call, 0, Some(text), chunk.get_str("stop_reason"));
        call.usage.update(&Usage {
            input: chunk.get_count("prompt_token_count"),
            output: chunk.get_count("generation_token_count"),
            ..Usage::default()
        });
        true
    }
}
