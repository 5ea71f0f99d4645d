//! Mistral and Mixtral as text completions.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Mistral;

impl PayloadFormat for Mistral {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("mistral")
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        is_hinted && prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let outputs = body.get_array("outputs");
        if outputs.iter().all(|output| !output.contains_key("text")) {
            return false;
        }
        for (index, output) in outputs.iter().enumerate() {
            let (text, reason) = (output.get_str("text"), output.get_str("stop_reason"));
            candidate::push_text(call, index, text, reason);
        }
        true
    }
}
