//! CountTokens: how many tokens a request would have.

use aws_sdk_bedrockruntime::operation::count_tokens::{CountTokensError, CountTokensInput};
use aws_smithy_types::base64;

use super::RUNTIME;
use super::typed::Typed;
use crate::call::Call;
use crate::family;
use crate::json::Json;
use crate::semconv::COUNTED_INPUT_TOKENS;
use crate::semconv::operation::COUNT_TOKENS as OPERATION;

pub(super) static COUNT_TOKENS: Typed<CountTokensInput, CountTokensError> =
    Typed::new(RUNTIME, "CountTokens")
        .named(OPERATION)
        .ids(|input: &CountTokensInput, call| call.model.clone_from(&input.model_id))
        .sent(|body, call| {
            let Some(request) = body.get("input") else {
                return;
            };
            if let Some(conversation) = request.get("converse") {
                asked(conversation, call);
            } else if let Some(body) = request.at(&["invokeModel", "body"]) {
                let body = base64::decode(body.str().unwrap_or_default());
                if let Some(body) = body.as_deref().ok().and_then(Json::read) {
                    asked(&body, call);
                }
            }
        })
        // Counted, not used: a sum of what was used must not have it.
        .answered(|body, call| {
            call.facts
                .some(COUNTED_INPUT_TOKENS, body.count("inputTokens"));
        });

/// Reads the request that is counted.
fn asked(body: &Json<'_>, call: &mut Call) {
    family::request(body, call);
    call.operation = Some(OPERATION);
}
