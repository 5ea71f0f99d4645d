//! Luma Ray, which makes videos. Its responses name a job; the video goes to S3.

use super::format::PayloadFormat;
use super::{amazon_video, parameters, prompt};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::GENERATE_CONTENT;

#[derive(Debug)]
pub(super) struct Luma;

impl PayloadFormat for Luma {
    fn operation(&self) -> &'static str {
        GENERATE_CONTENT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("luma")
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        let is_own = is_hinted || OWN_MEMBERS.iter().any(|key| body.contains_key(key));
        if body.get_str("prompt").is_none() || !is_own {
            return false;
        }
        call.operation = Some(GENERATE_CONTENT);
        parameters::read_parameters(body, &mut call.request);
        call.input = prompt::read_user_message(body, &["prompt"], &[], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        amazon_video::read_job_id(body, call)
    }
}

/// Members that no other format's request has beside a prompt.
const OWN_MEMBERS: &[&str] = &["duration", "keyframes", "loop", "resolution"];
