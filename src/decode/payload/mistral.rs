//! Mistral and Mixtral as text completions.

use super::{Family, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Mistral;

impl Family for Mistral {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("mistral")
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::request(self, (body, "prompt"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        self.chunk(body, call)
    }

    /// Chunks look like whole answers.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let outputs = chunk.get_array("outputs");
        if outputs.iter().all(|output| !output.contains_key("text")) {
            return false;
        }
        for (candidate, output) in outputs.iter().enumerate() {
            let (text, reason) = (output.get_str("text"), output.get_str("stop_reason"));
            prompt::answer(call, candidate, text, reason);
        }
        true
    }
}
