//! Text completions in the form of OpenAI's: DeepSeek, imported models, and what
//! SageMaker serves behind an endpoint.

use super::{Family, openai_chat, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Completions;

impl Family for Completions {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("deepseek")
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        prompt::request(self, (body, "prompt"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.chunk(body, call)
    }

    /// Chunks look like whole answers.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let choices = chunk.get_array("choices");
        if choices.iter().all(|choice| !choice.contains_key("text")) {
            return false;
        }
        openai_chat::head(chunk, call);
        for (position, choice) in choices.iter().enumerate() {
            let reason = ["finish_reason", "stop_reason"];
            let reason = reason.iter().find_map(|key| choice.get_str(key));
            let candidate = openai_chat::index(choice, position);
            prompt::answer(call, candidate, choice.get_str("text"), reason);
        }
        true
    }
}
