//! Amazon Nova Reel. Its responses name a job; the video goes to S3.

use super::format::PayloadFormat;
use super::{amazon_image, parameters};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::GENERATE_CONTENT;

#[derive(Debug)]
pub(super) struct AmazonVideo;

impl PayloadFormat for AmazonVideo {
    fn operation(&self) -> &'static str {
        GENERATE_CONTENT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name_starts_with(&["nova-reel"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let Some(task) = TASKS.iter().find_map(|key| body.get(key)) else {
            return false;
        };
        call.operation = Some(GENERATE_CONTENT);
        if let Some(config) = body.get("videoGenerationConfig") {
            parameters::read_parameters(config, &mut call.request);
        }
        let cap = call.cap();
        call.input = amazon_image::read_task(task, cap);
        let shots = task.get_array("shots").iter();
        call.input
            .extend(shots.flat_map(|shot| amazon_image::read_task(shot, cap)));
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        read_job_id(body, call)
    }
}

/// Reads the response that names the started job.
pub(super) fn read_job_id(body: &Json<'_>, call: &mut Call) -> bool {
    let Some(id) = body.get_id("invocationArn") else {
        return false;
    };
    call.response.id = Some(id);
    true
}

const TASKS: &[&str] = &[
    "textToVideoParams",
    "multiShotAutomatedParams",
    "multiShotManualParams",
];
