//! OpenAI's text completions: DeepSeek, imported models and SageMaker endpoints.

use super::format::PayloadFormat;
use super::{candidate, openai_chat, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct OpenaiCompletions;

impl PayloadFormat for OpenaiCompletions {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("deepseek")
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let choices = body.get_array("choices");
        if choices.iter().all(|choice| !choice.contains_key("text")) {
            return false;
        }
        openai_chat::read_metadata(body, call);
        for (position, choice) in choices.iter().enumerate() {
            let reason = ["finish_reason", "stop_reason"];
            let reason = reason.iter().find_map(|key| choice.get_str(key));
            let index = candidate::candidate_index(choice, position);
            candidate::push_text(call, index, choice.get_str("text"), reason);
        }
        true
    }
}
