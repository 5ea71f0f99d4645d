//! CountTokens: how many tokens a request would have.

use aws_smithy_types::base64;

use crate::decode::operation::operation_trait::Table;
use crate::decode::{converse, payload};
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::COUNTED_INPUT_TOKENS;
use crate::semconv::operation::COUNT_TOKENS as OPERATION;

pub(crate) static OPERATIONS: Table = operations! {
    runtime;
    count_tokens(CountTokensInput, CountTokensError)
        |input, call| {
            call.model.clone_from(&input.model_id);
        }
        .name_operation(OPERATION)
        .read_request_with(read_counted_request)
        // The tokens are not part of any usage.
        .record_response_members(&[(COUNTED_INPUT_TOKENS, "inputTokens")]);
};

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
