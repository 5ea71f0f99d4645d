//! Meta Llama 2, 3 and 4, and models imported under their format.

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

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        is_hinted && prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    /// In a stream, the counts are running totals.
    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = body.get_str("generation") else {
            return false;
        };
        candidate::push_text(call, 0, Some(text), body.get_str("stop_reason"));
        call.usage.update(&Usage::new(
            body.get_count("prompt_token_count"),
            body.get_count("generation_token_count"),
        ));
        true
    }
}
