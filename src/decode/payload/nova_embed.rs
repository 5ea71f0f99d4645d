//! Amazon Nova Multimodal Embeddings.

use super::dimensions::record_dimensions;
use super::format::PayloadFormat;
use super::{image, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Media, Part, Usage, copy_text};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct NovaEmbed;

impl PayloadFormat for NovaEmbed {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model
            .name()
            .is_some_and(|name| name.starts_with("nova") && name.contains("embed"))
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(input) = INPUTS.iter().find_map(|key| body.get(key)) else {
            return false;
        };
        call.operation = Some(EMBEDDINGS);
        call.response.dimensions = input.get_count("embeddingDimension");
        let cap = call.cap();
        let text = input.get("text").and_then(|text| {
            let value = text.get_str("value").and_then(|text| copy_text(cap, text));
            value.map(Part::text).or_else(|| text_in_s3(text, cap))
        });
        let media = MODALITIES.iter().filter_map(|modality| {
            cap?;
            let medium = image::media_from_source(modality, input.get(modality)?)?;
            Some(Part::Media(medium))
        });
        call.input = prompt::user_message(text.into_iter().chain(media));
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let mut vectors = body.get_array("embeddings").iter();
        let Some(vector) = vectors.find_map(|it| it.get("embedding")) else {
            return false;
        };
        record_dimensions(vector, call);
        let input = body.get_count("inputTokenCount");
        call.usage.update(&Usage::new(input, None));
        true
    }
}

/// A text that is an object in S3.
fn text_in_s3(text: &Json<'_>, cap: Option<usize>) -> Option<Part> {
    cap?;
    let uri = text.get_path(&["source", "s3Location", "uri"])?.as_str()?;
    Some(Part::Media(Media::new("document", None, None, Some(uri))))
}

const MODALITIES: &[&str] = &["image", "audio", "video"];

const INPUTS: &[&str] = &["singleEmbeddingParams", "segmentedEmbeddingParams"];
