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
        model.name().is_some_and(|name| {
            let mut known = NAMES.iter();
            known.any(|known| name.starts_with(known))
        })
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(task) = PARAMETERS.iter().find_map(|key| body.get(key)) else {
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
        let shown = images.iter().any(|image| image.as_str().is_some());
        // Where a filter withheld all of them, the error says so.
        let withheld = body.contains_key("images") && body.get_str("error").is_some();
        if !shown && !withheld {
            return false;
        }
        for (candidate, image) in images.iter().enumerate() {
            candidate::push_image(call, candidate, image.as_str(), None);
        }
        true
    }
}

/// What a task is to make, and of what.
pub(super) fn read_task(task: &Json<'_>, cap: Option<usize>) -> Vec<Message> {
    prompt::user_messages((task, &["text"]), IMAGES, cap)
}

const IMAGES: &[&str] = &[
    "image",
    "images",
    "conditionImage",
    "maskImage",
    "referenceImage",
    "sourceImage",
];

const NAMES: &[&str] = &["nova-canvas", "titan-image"];

const PARAMETERS: &[&str] = &[
    "textToImageParams",
    "imageVariationParams",
    "inPaintingParams",
    "outPaintingParams",
    "colorGuidedGenerationParams",
    "backgroundRemovalParams",
    "virtualTryOnParams",
];
