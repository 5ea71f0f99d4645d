//! Cohere Command and Command Light.

use super::billed_units::read_billed_units;
use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct CohereText;

impl PayloadFormat for CohereText {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere") && model.name().is_some_and(|name| NAMES.contains(&name))
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        is_hinted && prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let generations = body.get_array("generations");
        if generations.iter().all(|it| !it.contains_key("text")) {
            return false;
        }
        read_metadata(body, call);
        for (position, generation) in generations.iter().enumerate() {
            push_generation(generation, position, call);
        }
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        if !chunk.contains_key("is_finished") || chunk.contains_key("event_type") {
            return false;
        }
        push_generation(chunk, 0, call);
        // The last chunk may repeat the response; its text is not read again.
        read_metadata(chunk.get("response").unwrap_or(chunk), call);
        true
    }
}

fn push_generation(generation: &Json<'_>, position: usize, call: &mut Call) {
    let index = candidate::candidate_index(generation, position);
    let reason = generation.get_str("finish_reason");
    candidate::push_text(call, index, generation.get_str("text"), reason);
}

fn read_metadata(body: &Json<'_>, call: &mut Call) {
    call.response.id = body.get_id("id").or(call.response.id.take());
    read_billed_units(body, call);
}

const NAMES: &[&str] = &[
    "command",
    "command-light",
    "command-light-text",
    "command-text",
];
