//! Amazon Titan Embeddings: text v1 and v2, and multimodal.

use super::format::PayloadFormat;
use super::prompt;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct TitanEmbed;

impl PayloadFormat for TitanEmbed {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model
            .name()
            .is_some_and(|name| name.starts_with("titan-embed"))
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        let input = INPUTS.iter().any(|key| body.get_str(key).is_some());
        let own = OWN.iter().any(|key| body.contains_key(key));
        if !input || !(own || hinted) {
            return false;
        }
        call.operation = Some(EMBEDDINGS);
        let length = body
            .get("embeddingConfig")
            .and_then(|config| config.get_count("outputEmbeddingLength"));
        call.response.dimensions = body.get_count("dimensions").or(length);
        call.request.encoding_formats = body.get_strings("embeddingTypes");
        call.input = prompt::user_messages((body, &["inputText"]), &["inputImage"], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let by_type = body.get("embeddingsByType");
        let typed = || {
            ["float", "binary"]
                .iter()
                .find_map(|kind| by_type?.get(kind))
        };
        let Some(vector) = body.get("embedding").or_else(typed) else {
            return false;
        };
        if let Ok(length @ 1..) = i64::try_from(vector.as_slice().len()) {
            call.response.dimensions = Some(length);
        }
        call.usage.update(&Usage {
            input: body.get_count("inputTextTokenCount"),
            ..Usage::default()
        });
        true
    }
}

const INPUTS: &[&str] = &["inputImage", "inputText"];

/// Members that only requests for embeddings have.
const OWN: &[&str] = &[
    "dimensions",
    "embeddingConfig",
    "embeddingTypes",
    "inputImage",
    "normalize",
];
