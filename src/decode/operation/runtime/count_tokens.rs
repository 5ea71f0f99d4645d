//! CountTokens: how many tokens a request would have.

use aws_sdk_bedrockruntime::operation::count_tokens::{CountTokensError, CountTokensInput};
use aws_smithy_types::base64;

use crate::decode::operation::RUNTIME;
use crate::decode::operation::typed::Typed;
use crate::decode::{converse, payload};
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::COUNTED_INPUT_TOKENS;
use crate::semconv::operation::COUNT_TOKENS as OPERATION;

pub(crate) static COUNT_TOKENS: Typed<CountTokensInput, CountTokensError> =
    Typed::new(RUNTIME, "CountTokens")
        .named(OPERATION)
        .ids(|input: &CountTokensInput, call| call.model.clone_from(&input.model_id))
        .sent(read_counted_request)
        // Counted, not used: it must not enter sums of used tokens.
        .answered(|body, call| {
            let counted = body.get_count("inputTokens");
            call.extra_attributes
                .insert_if_some(COUNTED_INPUT_TOKENS, counted);
        });

/// Reads the request whose tokens are counted.
fn read_counted_request(body: &Json<'_>, call: &mut Call) {
    let Some(input) = body.get("input") else {
        return;
    };
    if let Some(request) = input.get("converse") {
        converse::read_conversation(request, call);
    }
    let body = input.get_path(&["invokeModel", "body"]);
    let body = body.and_then(|body| base64::decode(body.as_str()?).ok());
    if let Some(body) = body.as_deref().and_then(Json::parse) {
        payload::read_request(&body, call);
        call.operation = Some(OPERATION);
    }
}
