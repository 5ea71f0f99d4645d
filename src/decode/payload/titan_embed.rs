//! Amazon Titan Embeddings: text v1 and v2, and multimodal.

use super::dimensions::record_dimensions;
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
        model.name_starts_with(&["titan-embed"])
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        let has_input = INPUTS.iter().any(|key| body.get_str(key).is_some());
        let is_own = is_hinted || OWN_MEMBERS.iter().any(|key| body.contains_key(key));
        if !has_input || !is_own {
            return false;
        }
        call.operation = Some(EMBEDDINGS);
        let config = body.get("embeddingConfig");
        let length = config.and_then(|config| config.get_count("outputEmbeddingLength"));
        call.response.dimensions = body.get_count("dimensions").or(length);
        call.request.encoding_formats = body.get_strings("embeddingTypes");
        call.input = prompt::read_user_message(body, &["inputText"], &["inputImage"], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let by_type = |kind| body.get_path(&["embeddingsByType", kind]);
        let vector = body.get("embedding").or_else(|| by_type("float"));
        let Some(vector) = vector.or_else(|| by_type("binary")) else {
            return false;
        };
        record_dimensions(vector, call);
        let input = body.get_count("inputTextTokenCount");
        call.usage.update(&Usage::new(input, None));
        true
    }
}

const INPUTS: &[&str] = &["inputImage", "inputText"];

/// Members that only requests for embeddings have.
const OWN_MEMBERS: &[&str] = &[
    "dimensions",
    "embeddingConfig",
    "embeddingTypes",
    "inputImage",
    "normalize",
];
