//! Cohere Command and Command Light.

use super::{Family, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Cohere;

impl Family for Cohere {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere") && model.name().is_some_and(|name| NAMES.contains(&name))
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::request(self, (body, "prompt"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let generations = body.list("generations");
        if generations.iter().all(|it| !it.has("text")) {
            return false;
        }
        identify(body, call);
        for (position, generation) in generations.iter().enumerate() {
            let (text, reason) = (
                generation.string("text"),
                generation.string("finish_reason"),
            );
            prompt::answer(call, index(generation, position), text, reason);
        }
        true
    }

    /// Pieces of text, and where each candidate ends.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        if !chunk.has("is_finished") || chunk.has("event_type") {
            return false;
        }
        let (text, reason) = (chunk.string("text"), chunk.string("finish_reason"));
        prompt::answer(call, index(chunk, 0), text, reason);
        // The last one may repeat the answer: its texts are known.
        identify(chunk.get("response").unwrap_or(chunk), call);
        true
    }
}

fn identify(body: &Json<'_>, call: &mut Call) {
    call.response.id = body.id("id").or(call.response.id.take());
    if let Some(units) = body.at(&["meta", "billed_units"]) {
        call.usage.update(&Usage {
            input: units.count("input_tokens"),
            output: units.count("output_tokens"),
            ..Usage::default()
        });
    }
}

/// The candidate that a piece belongs to, by its own word or by its position.
fn index(piece: &Json<'_>, position: usize) -> usize {
    let index = piece.count("index").map(usize::try_from);
    index.and_then(Result::ok).unwrap_or(position)
}

const NAMES: &[&str] = &[
    "command",
    "command-light",
    "command-light-text",
    "command-text",
];
