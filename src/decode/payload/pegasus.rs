//! TwelveLabs Pegasus, which answers questions about a video.

use super::format::PayloadFormat;
use super::{candidate, image, parameters, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Part, copy_text};
use crate::semconv::operation::GENERATE_CONTENT;

#[derive(Debug)]
pub(super) struct Pegasus;

impl PayloadFormat for Pegasus {
    fn operation(&self) -> &'static str {
        GENERATE_CONTENT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["pegasus"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(question) = body.get_str("inputPrompt") else {
            return false;
        };
        call.operation = Some(GENERATE_CONTENT);
        parameters::read_parameters(body, &mut call.request);
        let schema = body.get_path(&["responseFormat", "jsonSchema"]);
        call.request.output_type = schema.map(|_| "json");
        let cap = call.cap();
        let question = copy_text(cap, question).map(Part::text);
        let video = cap.and(body.get("mediaSource"));
        let video = video.and_then(|source| image::media_from_source("video", source));
        let parts = question.into_iter().chain(video.map(Part::Media));
        call.input = prompt::user_message(parts);
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let (text, reason) = (body.get_str("message"), body.get_str("finishReason"));
        if !body.contains_key("finishReason") || text.is_none() && reason.is_none() {
            return false;
        }
        candidate::push_text(call, 0, text, reason);
        call.response.id = body.get_id("id").or(call.response.id.take());
        true
    }
}
