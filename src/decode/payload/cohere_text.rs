//! Cohere Command and Command Light.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
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

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::read_prompt(self, (body, "prompt"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let generations = body.get_array("generations");
        if generations.iter().all(|it| !it.contains_key("text")) {
            return false;
        }
        read_metadata(body, call);
        for (position, generation) in generations.iter().enumerate() {
            let (text, reason) = (
                generation.get_str("text"),
                generation.get_str("finish_reason"),
            );
            candidate::push_text(call, candidate_index(generation, position), text, reason);
        }
        true
    }

    /// Pieces of text, and where each candidate ends.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        if !chunk.contains_key("is_finished") || chunk.contains_key("event_type") {
            return false;
        }
        let (text, reason) = (chunk.get_str("text"), chunk.get_str("finish_reason"));
        candidate::push_text(call, candidate_index(chunk, 0), text, reason);
        // The last one may repeat the answer: its texts are known.
        read_metadata(chunk.get("response").unwrap_or(chunk), call);
        true
    }
}

fn read_metadata(body: &Json<'_>, call: &mut Call) {
    call.response.id = body.get_id("id").or(call.response.id.take());
    if let Some(units) = body.get_path(&["meta", "billed_units"]) {
        call.usage.update(&Usage {
            input: units.get_count("input_tokens"),
            output: units.get_count("output_tokens"),
            ..Usage::default()
        });
    }
}

/// The candidate that a piece belongs to, by its own word or by its position.
fn candidate_index(piece: &Json<'_>, position: usize) -> usize {
    let index = piece.get_count("index").map(usize::try_from);
    index.and_then(Result::ok).unwrap_or(position)
}

const NAMES: &[&str] = &[
    "command",
    "command-light",
    "command-light-text",
    "command-text",
];
