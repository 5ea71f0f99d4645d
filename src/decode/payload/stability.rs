//! Stability AI: Stable Diffusion, Stable Image and the editing services.

use super::format::PayloadFormat;
use super::{candidate, parameters, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Part, copy_text};
use crate::semconv::operation::GENERATE_CONTENT;

#[derive(Debug)]
pub(super) struct Stability;

impl PayloadFormat for Stability {
    fn operation(&self) -> &'static str {
        GENERATE_CONTENT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("stability")
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        if !is_hinted && !OWN_MEMBERS.iter().any(|key| body.contains_key(key)) {
            return false;
        }
        call.operation = Some(GENERATE_CONTENT);
        call.request.output_type = Some("image");
        parameters::read_parameters(body, &mut call.request);
        call.request.choice_count = body.get_i64("samples").or(call.request.choice_count);
        let cap = call.cap();
        call.input = prompt::read_user_message(body, &["prompt"], IMAGES, cap);
        // Stable Diffusion XL takes several prompts, each with a weight.
        let prompts = body.get_array("text_prompts").iter();
        let prompts =
            prompts.filter_map(|it| Some(Part::text(copy_text(cap, it.get_str("text")?)?)));
        call.input.extend(prompt::user_message(prompts));
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let artifacts = body.get_array("artifacts");
        if artifacts.iter().any(Json::is_object) {
            for (index, it) in artifacts.iter().enumerate() {
                let (data, reason) = (it.get_str("base64"), it.get_str("finishReason"));
                candidate::push_image(call, index, data, reason);
            }
            return true;
        }
        let (images, reasons) = (body.get_array("images"), body.get_array("finish_reasons"));
        if images.is_empty() && reasons.is_empty()
            || !(body.contains_key("seeds") || body.contains_key("finish_reasons"))
        {
            return false;
        }
        for index in 0..images.len().max(reasons.len()) {
            let data = images.get(index).and_then(Json::as_str);
            let reason = reasons.get(index).and_then(Json::as_str);
            candidate::push_image(call, index, data, reason);
        }
        true
    }
}

const IMAGES: &[&str] = &["image", "init_image", "mask", "style_image"];

/// Members that only these models' requests have.
const OWN_MEMBERS: &[&str] = &[
    "aspect_ratio",
    "cfg_scale",
    "clip_guidance_preset",
    "creativity",
    "image",
    "mode",
    "negative_prompt",
    "output_format",
    "strength",
    "style_preset",
    "text_prompts",
];
