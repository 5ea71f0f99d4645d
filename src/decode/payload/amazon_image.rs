//! Amazon Titan Image Generator and Nova Canvas.

use super::format::PayloadFormat;
use super::{candidate, parameters, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message};
use crate::semconv::operation::GENERATE_CONTENT;

#[derive(Debug)]
pub(super) struct AmazonImage;

impl PayloadFormat for AmazonImage {
    fn operation(&self) -> &'static str {
        GENERATE_CONTENT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["nova-canvas", "titan-image"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(task) = TASKS.iter().find_map(|key| body.get(key)) else {
            return false;
        };
        call.operation = Some(GENERATE_CONTENT);
        call.request.output_type = Some("image");
        if let Some(config) = body.get("imageGenerationConfig") {
            parameters::read_parameters(config, &mut call.request);
        }
        call.input = read_task(task, call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let images = body.get_array("images");
        let has_image = images.iter().any(|image| image.as_str().is_some());
        // If a filter blocked all images, `error` says so.
        let is_blocked = body.contains_key("images") && body.get_str("error").is_some();
        if !has_image && !is_blocked {
            return false;
        }
        for (index, image) in images.iter().enumerate() {
            candidate::push_image(call, index, image.as_str(), None);
        }
        true
    }
}

/// The text and the images of a task, as the user's message.
pub(super) fn read_task(task: &Json<'_>, cap: Option<usize>) -> Vec<Message> {
    prompt::read_user_message(task, &["text"], IMAGES, cap)
}

const IMAGES: &[&str] = &[
    "image",
    "images",
    "conditionImage",
    "maskImage",
    "referenceImage",
    "sourceImage",
];

const TASKS: &[&str] = &[
    "textToImageParams",
    "imageVariationParams",
    "inPaintingParams",
    "outPaintingParams",
    "colorGuidedGenerationParams",
    "backgroundRemovalParams",
    "virtualTryOnParams",
];
