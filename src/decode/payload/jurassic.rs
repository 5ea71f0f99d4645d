//! AI21 Jurassic-2.

use super::format::PayloadFormat;
use super::{candidate, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Jurassic;

impl PayloadFormat for Jurassic {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["j2-"])
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        is_hinted && prompt::read_prompt(self, body, "prompt", is_hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let completions = body.get_array("completions");
        if completions.iter().all(|it| !it.contains_key("data")) {
            return false;
        }
        call.response.id = body.get_id("id");
        let mut output = None;
        for (index, completion) in completions.iter().enumerate() {
            let text = completion.get_path(&["data", "text"]);
            let reason = completion.get_path(&["finishReason", "reason"]);
            let (text, reason) = (text.and_then(Json::as_str), reason.and_then(Json::as_str));
            candidate::push_text(call, index, text, reason);
            let tokens = count_tokens(completion.get_path(&["data", "tokens"]));
            output = output.map_or(tokens, |sum: i64| {
                Some(sum.saturating_add(tokens.unwrap_or(0)))
            });
        }
        // The body lists the tokens but does not count them, so the counts in
        // the service's headers take precedence.
        let input = count_tokens(body.get_path(&["prompt", "tokens"]));
        call.service_usage.fill_missing(&Usage::new(input, output));
        true
    }
}

fn count_tokens(tokens: Option<&Json<'_>>) -> Option<i64> {
    match tokens? {
        Json::Array(tokens) => i64::try_from(tokens.len()).ok(),
        _ => None,
    }
}
