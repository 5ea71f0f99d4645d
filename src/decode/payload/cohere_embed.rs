//! Cohere Embed v3 and v4, with all types of embeddings.

use super::billed_units::read_billed_units;
use super::format::PayloadFormat;
use super::{image, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Part, copy_text};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct CohereEmbed;

impl PayloadFormat for CohereEmbed {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere") && model.name_starts_with(&["embed"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let has_texts = body.get("texts").is_some_and(Json::is_array);
        if body.get_str("input_type").is_none() && !has_texts {
            return false;
        }
        call.operation = Some(EMBEDDINGS);
        call.response.dimensions = body.get_count("output_dimension");
        call.request.encoding_formats = body.get_strings("embedding_types");
        let cap = call.cap();
        call.input = prompt::read_user_message(body, &["texts"], &["images"], cap);
        let mixed = body.get_array("inputs").iter().map(|input| {
            let parts = input.get_array("content").iter();
            let parts = parts.filter_map(|block| read_part(block, cap));
            Message::new("user", parts.collect())
        });
        call.input
            .extend(mixed.filter(|message| !message.parts.is_empty()));
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(embeddings) = body.get("embeddings") else {
            return false;
        };
        let dimensions = match embeddings {
            Json::Object(by_type) => {
                let mut by_type = by_type.iter();
                by_type.find_map(|(kind, vectors)| count_dimensions(kind, vectors))
            }
            vectors => count_dimensions("float", vectors),
        };
        // Without a vector, `response_type` alone shows the format.
        if dimensions.is_none() && !body.contains_key("response_type") {
            return false;
        }
        call.response.dimensions = dimensions.or(call.response.dimensions);
        call.response.id = body.get_id("id");
        read_billed_units(body, call);
        true
    }
}

/// The dimensions of the first vector. Binary vectors pack eight into a number.
fn count_dimensions(kind: &str, vectors: &Json<'_>) -> Option<i64> {
    let is_packed = ["binary", "ubinary"].contains(&kind);
    match vectors.as_slice().first()? {
        Json::Array(vector) if !vector.is_empty() => {
            let length = i64::try_from(vector.len()).ok()?;
            Some(length.saturating_mul(if is_packed { 8 } else { 1 }))
        }
        _ => None,
    }
}

/// A part of an input that mixes texts and images.
fn read_part(block: &Json<'_>, cap: Option<usize>) -> Option<Part> {
    if let Some(text) = block.get_str("text") {
        return Some(Part::text(copy_text(cap, text)?));
    }
    let address = block.get("image_url").or_else(|| block.get("image"))?;
    image::read_image(address.get("url").unwrap_or(address), cap)
}
