//! CountTokens: how many tokens a request would have.

use aws_sdk_bedrockruntime::operation::count_tokens::{CountTokensError, CountTokensInput};
use aws_sdk_bedrockruntime::types;

use super::converse_content as content;
use crate::decode::operation::RUNTIME;
use crate::decode::operation::typed::Typed;
use crate::decode::payload;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::COUNTED_INPUT_TOKENS;
use crate::semconv::operation::COUNT_TOKENS as OPERATION;

pub(crate) static COUNT_TOKENS: Typed<CountTokensInput, CountTokensError> =
    Typed::new(RUNTIME, "CountTokens")
        .named(OPERATION)
        .ids(|input: &CountTokensInput, call| {
            call.model.clone_from(&input.model_id);
            if let Some(request) = &input.input {
                counted(request, call);
            }
        })
        // Counted, not used: a sum of what was used must not have it.
        .answered(|body, call| {
            let counted = body.get_count("inputTokens");
            call.extra_attributes
                .insert_if_some(COUNTED_INPUT_TOKENS, counted);
        });

/// Reads the request that is counted.
fn counted(request: &types::CountTokensInput, call: &mut Call) {
    match request {
        types::CountTokensInput::Converse(request) => {
            let Some(cap) = call.cap() else { return };
            call.system = content::system(request.system(), cap);
            let messages = request.messages().iter();
            call.input = messages
                .map(|message| content::message(message, Some(cap)))
                .collect();
            let tools = request.tool_config.as_ref();
            call.tools = tools
                .map(|tools| content::tools(tools, cap))
                .unwrap_or_default();
        }
        types::CountTokensInput::InvokeModel(request) => {
            if let Some(body) = Json::parse(request.body.as_ref()) {
                payload::read_request(&body, call);
                call.operation = Some(OPERATION);
            }
        }
        _ => {}
    }
}
