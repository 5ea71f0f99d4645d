//! Amazon Titan Embeddings: text v1 and v2, and multimodal.

use super::Family;
use crate::call::{Call, Media, Message, Part, Usage, base64_len, clip};
use crate::json::Json;
use crate::model_id::ModelId;
use crate::semconv::operation::EMBEDDINGS;

#[derive(Debug)]
pub(super) struct TitanEmbed;

impl Family for TitanEmbed {
    fn speaks(&self, model: ModelId<'_>) -> bool {
        model
            .name()
            .is_some_and(|name| name.starts_with("titan-embed"))
    }

    fn request(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let model = call
            .model
            .as_deref()
            .map_or_else(|| ModelId::parse(""), ModelId::parse);
        let own = [
            "dimensions",
            "embeddingConfig",
            "embeddingTypes",
            "inputImage",
            "normalize",
        ];
        let shaped = own.iter().any(|key| body.has(key));
        if !(shaped || self.speaks(model) && body.has("inputText")) {
            return false;
        }
        call.operation = Some(EMBEDDINGS);
        let length = body
            .at(&["embeddingConfig"])
            .and_then(|config| config.count("outputEmbeddingLength"));
        call.response.dimensions = body.count("dimensions").or(length);
        call.request.encoding_formats = body.strings("embeddingTypes");
        let text = body
            .string("inputText")
            .and_then(|text| clip(call.cap(), text));
        let image = call.cap().and(body.string("inputImage")).map(|image| {
            Part::Media(Media {
                modality: "image",
                bytes: Some(base64_len(image)),
                ..Media::default()
            })
        });
        let parts: Vec<Part> = text.map(Part::text).into_iter().chain(image).collect();
        if !parts.is_empty() {
            call.input = vec![Message::new("user", parts)];
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let by_type = body.get("embeddingsByType");
        let typed = || {
            ["float", "binary"]
                .iter()
                .find_map(|kind| by_type?.get(kind))
        };
        let Some(vector) = body.get("embedding").or_else(typed) else {
            return false;
        };
        call.operation = Some(EMBEDDINGS);
        if let Ok(length @ 1..) = i64::try_from(vector.items().len()) {
            call.response.dimensions = Some(length);
        }
        call.usage.update(&Usage {
            input: body.count("inputTextTokenCount"),
            ..Usage::default()
        });
        true
    }
}
