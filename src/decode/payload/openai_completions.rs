//! Text completions in the form of OpenAI's: DeepSeek, imported models, and what
//! SageMaker serves behind an endpoint.

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

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        prompt::read_prompt(self, (body, "prompt"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.read_chunk(body, call)
    }

    /// Chunks look like whole answers.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let choices = chunk.get_array("choices");
        if choices.iter().all(|choice| !choice.contains_key("text")) {
            return false;
        }
        openai_chat::read_metadata(chunk, call);
        for (position, choice) in choices.iter().enumerate() {
            let reason = ["finish_reason", "stop_reason"];
            let reason = reason.iter().find_map(|key| choice.get_str(key));
            let candidate = openai_chat::candidate_index(choice, position);
            candidate::push_text(call, candidate, choice.get_str("text"), reason);
        }
        true
    }
}
