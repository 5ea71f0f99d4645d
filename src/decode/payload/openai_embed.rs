//! Embeddings in the form of OpenAI's, as imported models and Marketplace
//! endpoints serve them.

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

    /// Endpoints and imported models have no ids of models.
    fn reads_model(&self, _: ModelId<'_>) -> bool {
        false
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        // Numbers of tokens have no text, and are an input all the same.
        let mut inputs = prompt::list_items(body.get("input")).iter().peekable();
        if inputs.peek().is_none() || inputs.any(Json::is_object) {
            return false;
        }
        // An input alone says little: the answer tells.
        if ASKED.iter().any(|key| body.contains_key(key)) {
            call.operation = Some(EMBEDDINGS);
        }
        call.response.dimensions = body.get_count("dimensions");
        call.request.encoding_formats = body.get_strings("encoding_format");
        call.input = prompt::user_messages((body, &["input"]), &[], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let mut items = body.get_array("data").iter();
        let vector = items.find_map(|item| item.get("embedding"));
        let Some(vector) = vector.filter(|_| OWN.iter().any(|key| body.contains_key(key))) else {
            return false;
        };
        // One in base64 tells no dimensions.
        if let Ok(length @ 1..) = i64::try_from(vector.as_slice().len()) {
            call.response.dimensions = Some(length);
        }
        call.response.id = body.get_id("id");
        call.response.model = body.get_string("model");
        if let Some(usage) = body.get("usage") {
            call.usage.update(&Usage {
                input: usage.get_count("prompt_tokens"),
                ..Usage::default()
            });
        }
        true
    }
}

/// Members that only a request for embeddings has.
const ASKED: &[&str] = &["dimensions", "encoding_format"];

/// Members of the answer that tell it from other lists of vectors.
const OWN: &[&str] = &["object", "usage"];
