//! AI21 Jurassic-2.

use super::{Family, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Jurassic;

impl Family for Jurassic {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.name().is_some_and(|name| name.starts_with("j2-"))
    }

    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        hinted && prompt::request(self, (body, "prompt"), hinted, call)
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
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
            prompt::answer(call, candidate, text, reason.and_then(Json::as_str));
            let tokens = completion.get_path(&["data", "tokens"]).and_then(length);
            output = output.map_or(tokens, |sum: i64| {
                Some(sum.saturating_add(tokens.unwrap_or(0)))
            });
        }
        // The body lists the tokens and does not count them: the service's own
        // counts, in the headers, come first.
        call.usage_by_service.fill_missing(&Usage {
            input: body.get_path(&["prompt", "tokens"]).and_then(length),
            output,
            ..Usage::default()
        });
        true
    }
}

fn length(tokens: &Json<'_>) -> Option<i64> {
    match tokens {
        Json::Array(tokens) => i64::try_from(tokens.len()).ok(),
        _ => None,
    }
}
