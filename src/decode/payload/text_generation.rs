//! Text generation as Hugging Face's containers serve it, behind SageMaker and
//! Marketplace endpoints.

use super::{Family, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct TextGeneration;

impl Family for TextGeneration {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    /// Endpoints have no ids of models.
    fn speaks(&self, _: ModelId<'_>) -> bool {
        false
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        prompt::request(self, (body, "inputs"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let answers = prompt::each(Some(body));
        if answers
            .iter()
            .all(|answer| !answer.contains_key("generated_text"))
        {
            return false;
        }
        for (candidate, answer) in answers.iter().enumerate() {
            prompt::answer(call, candidate, answer.get_str("generated_text"), None);
            details(answer, candidate, call);
        }
        true
    }

    /// A token each; the last one repeats the text.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(token) = chunk.get("token").filter(|token| token.is_object()) else {
            return false;
        };
        let special = token.get_bool("special") == Some(true);
        let text = token.get_str("text").filter(|_| !special);
        prompt::answer(call, 0, text, None);
        details(chunk, 0, call);
        true
    }
}

fn details(answer: &Json<'_>, candidate: usize, call: &mut Call) {
    let Some(details) = answer.get("details") else {
        return;
    };
    prompt::answer(call, candidate, None, details.get_str("finish_reason"));
    // Of several candidates, each counts its own.
    let before = call.usage.output.filter(|_| candidate > 0);
    let output = details.get_count("generated_tokens");
    call.usage.update(&Usage {
        input: details.get_count("input_length"),
        output: output.map(|output| output.saturating_add(before.unwrap_or(0))),
        ..Usage::default()
    });
}
