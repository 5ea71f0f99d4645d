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
        model.name().is_some_and(|name| name.starts_with("j2-"))
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::read_prompt(self, (body, "prompt"), hinted, call)
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let completions = body.get_array("completions");
        if completions
            .iter()
            .all(|completion| !completion.contains_key("data"))
        {
            return false;
        }
        call.response.id = body.get_id("id");
        let mut output = None;
        for (candidate, completion) in completions.iter().enumerate() {
            let text = completion
                .get_path(&["data", "text"])
                .and_then(Json::as_str);
            let reason = completion.get_path(&["finishReason", "reason"]);
            candidate::push_text(call, candidate, text, reason.and_then(Json::as_str));
            let tokens = completion
                .get_path(&["data", "tokens"])
                .and_then(count_tokens);
            output = output.map_or(tokens, |sum: i64| {
                Some(sum.saturating_add(tokens.unwrap_or(0)))
            });
        }
        // The body lists the tokens and does not count them: the service's own
        // counts, in the headers, come first.
        call.usage_by_service.fill_missing(&Usage {
            input: body.get_path(&["prompt", "tokens"]).and_then(count_tokens),
            output,
            ..Usage::default()
        });
        true
    }
}

fn count_tokens(tokens: &Json<'_>) -> Option<i64> {
    match tokens {
        Json::Array(tokens) => i64::try_from(tokens.len()).ok(),
        _ => None,
    }
}
