//! OpenAI's embeddings: imported models and Marketplace endpoints.

use super::dimensions::record_dimensions;
use super::format::PayloadFormat;
use super::prompt;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct OpenaiEmbed;

impl PayloadFormat for OpenaiEmbed {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    /// The ids of endpoints and imported models do not name a model.
    fn reads_model(&self, _: ModelId<'_>) -> bool {
        false
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        // An input of token numbers has no text, but it is an input.
        let mut inputs = prompt::list_items(body.get("input")).iter().peekable();
        if inputs.peek().is_none() || inputs.any(Json::is_object) {
            return false;
        }
        // An input alone may be for any operation: the response shows which.
        if REQUEST_MEMBERS.iter().any(|key| body.contains_key(key)) {
            call.operation = Some(EMBEDDINGS);
        }
        call.response.dimensions = body.get_count("dimensions");
        call.request.encoding_formats = body.get_strings("encoding_format");
        call.input = prompt::read_user_message(body, &["input"], &[], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let is_own = RESPONSE_MEMBERS.iter().any(|key| body.contains_key(key));
        let mut items = body.get_array("data").iter();
        let vector = items.find_map(|item| item.get("embedding"));
        let Some(vector) = vector.filter(|_| is_own) else {
            return false;
        };
        record_dimensions(vector, call);
        call.response.id = body.get_id("id");
        call.response.model = body.get_string("model");
        if let Some(usage) = body.get("usage") {
            let input = usage.get_count("prompt_tokens");
            call.usage.update(&Usage::new(input, None));
        }
        true
    }
}

/// Members that only a request for embeddings has.
const REQUEST_MEMBERS: &[&str] = &["dimensions", "encoding_format"];

/// Members that other formats' lists of vectors do not have beside them.
const RESPONSE_MEMBERS: &[&str] = &["object", "usage"];
