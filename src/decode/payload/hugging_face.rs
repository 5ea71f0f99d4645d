//! Text generation as Hugging Face's containers serve it: SageMaker and
//! Marketplace endpoints.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct HuggingFace;

impl PayloadFormat for HuggingFace {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    /// The ids of endpoints do not name a model.
    fn reads_model(&self, _: ModelId<'_>) -> bool {
        false
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        prompt::read_prompt(self, body, "inputs", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let candidates = prompt::list_items(Some(body));
        let has_text = |it: &Json<'_>| it.contains_key("generated_text");
        if !candidates.iter().any(has_text) {
            return false;
        }
        for (index, it) in candidates.iter().enumerate() {
            candidate::push_text(call, index, it.get_str("generated_text"), None);
            read_details(it, index, call);
        }
        true
    }

    /// Each chunk brings a token; the last one repeats the text.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(token) = chunk.get("token").filter(|token| token.is_object()) else {
            return false;
        };
        let is_special = token.get_bool("special") == Some(true);
        let text = token.get_str("text").filter(|_| !is_special);
        candidate::push_text(call, 0, text, None);
        read_details(chunk, 0, call);
        true
    }
}

fn read_details(body: &Json<'_>, index: usize, call: &mut Call) {
    let Some(details) = body.get("details") else {
        return;
    };
    candidate::push_text(call, index, None, details.get_str("finish_reason"));
    // Each candidate counts its own tokens.
    let before = call.usage.output.filter(|_| index > 0).unwrap_or(0);
    let output = details.get_count("generated_tokens");
    call.usage.update(&Usage::new(
        details.get_count("input_length"),
        output.map(|output| output.saturating_add(before)),
    ));
}
