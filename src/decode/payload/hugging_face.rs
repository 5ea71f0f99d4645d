//! Text generation as Hugging Face's containers serve it, behind SageMaker and
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

    /// Endpoints have no ids of models.
    fn reads_model(&self, _: ModelId<'_>) -> bool {
        false
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        prompt::read_prompt(self, (body, "inputs"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let answers = prompt::list_items(Some(body));
        if answers
            .iter()
            .all(|answer| !answer.contains_key("generated_text"))
        {
            return false;
        }
        for (candidate, answer) in answers.iter().enumerate() {
            candidate::push_text(call, candidate, answer.get_str("generated_text"), None);
            read_details(answer, candidate, call);
        }
        true
    }

    /// A token each; the last one repeats the text.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(token) = chunk.get("token").filter(|token| token.is_object()) else {
            return false;
        };
        let special = token.get_bool("special") == Some(true);
        let text = token.get_str("text").filter(|_| !special);
        candidate::push_text(call, 0, text, None);
        read_details(chunk, 0, call);
        true
    }
}

fn read_details(answer: &Json<'_>, candidate: usize, call: &mut Call) {
    let Some(details) = answer.get("details") else {
        return;
    };
    candidate::push_text(call, candidate, None, details.get_str("finish_reason"));
    // Of several candidates, each counts its own.
    let before = call.usage.output.filter(|_| candidate > 0);
    let output = details.get_count("generated_tokens");
    call.usage.update(&Usage {
        input: details.get_count("input_length"),
        output: output.map(|output| output.saturating_add(before.unwrap_or(0))),
        ..Usage::default()
    });
}
