//! TwelveLabs Marengo: embeddings of text, images, audio and video.

use super::dimensions::record_dimensions;
use super::format::PayloadFormat;
use super::{image, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Part, copy_text};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct Marengo;

impl PayloadFormat for Marengo {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["marengo"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(kind) = body.get_str("inputType") else {
            return false;
        };
        call.operation = Some(EMBEDDINGS);
        call.request.encoding_formats = body.get_strings("embeddingOption");
        // Version 3 nests the input under the name of its type.
        let input = body.get(kind).unwrap_or(body);
        let cap = call.cap();
        let text = input.get_str("inputText");
        let text = text.and_then(|text| copy_text(cap, text)).map(Part::text);
        let modality = MODALITIES.iter().find(|modality| kind.contains(**modality));
        let medium = modality.and_then(|modality| {
            cap?;
            let holder = Some(input).filter(|input| input.contains_key("mediaSource"))?;
            Some(Part::Media(image::media_from_source(modality, holder)?))
        });
        call.input = prompt::user_message(text.into_iter().chain(medium));
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let mut vectors = prompt::list_items(body.get("data")).iter();
        let Some(vector) = vectors.find_map(|it| it.get("embedding")) else {
            return false;
        };
        record_dimensions(vector, call);
        true
    }
}

const MODALITIES: &[&str] = &["image", "audio", "video"];
