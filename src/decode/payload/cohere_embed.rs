//! Cohere Embed, v3 and v4, in all its types of embeddings.

use super::format::PayloadFormat;
use super::{image, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message, Part, Usage, copy_text};
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct CohereEmbed;

impl PayloadFormat for CohereEmbed {
    fn operation(&self) -> &'static str {
        EMBEDDINGS
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere")
            && model.name().is_some_and(|name| name.starts_with("embed"))
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let texts = body.get("texts").is_some_and(Json::is_array);
        if body.get_str("input_type").is_none() && !texts {
            return false;
        }
        call.operation = Some(EMBEDDINGS);
        call.response.dimensions = body.get_count("output_dimension");
        call.request.encoding_formats = body.get_strings("embedding_types");
        let cap = call.cap();
        call.input = prompt::user_messages((body, &["texts"]), &["images"], cap);
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
        let length = match embeddings {
            Json::Object(by_type) => {
                let mut by_type = by_type.iter();
                by_type.find_map(|(kind, vectors)| vector_dimensions(kind, vectors))
            }
            vectors => vector_dimensions("float", vectors),
        };
        // Without a vector it is Cohere's by the name of its form alone.
        if length.is_none() && !body.contains_key("response_type") {
            return false;
        }
        call.response.dimensions = length.or(call.response.dimensions);
        call.response.id = body.get_id("id");
        if let Some(units) = body.get_path(&["meta", "billed_units"]) {
            call.usage.update(&Usage {
                input: units.get_count("input_tokens"),
                ..Usage::default()
            });
        }
        true
    }
}

/// The dimensions of the first vector. Binary ones pack eight into a number.
fn vector_dimensions(kind: &str, vectors: &Json<'_>) -> Option<i64> {
    let packed = ["binary", "ubinary"].contains(&kind);
    match vectors.as_slice().first()? {
        Json::Array(vector) if !vector.is_empty() => {
            let length = i64::try_from(vector.len()).ok()?;
            Some(length.saturating_mul(if packed { 8 } else { 1 }))
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
