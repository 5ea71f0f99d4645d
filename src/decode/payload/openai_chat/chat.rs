//! Requests and whole responses of the `choices[]` format.

use super::message::{read_message, read_tool};
use super::metadata::read_metadata;
use super::stream;
use crate::decode::payload::candidate::candidate_index;
use crate::decode::payload::format::PayloadFormat;
use crate::decode::payload::parameters;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Message};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct OpenaiChat;

impl PayloadFormat for OpenaiChat {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model
            .vendor()
            .is_some_and(|vendor| VENDORS.contains(&vendor))
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        if body
            .get("messages")
            .is_none_or(|messages| !messages.is_array())
        {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read_parameters(body, &mut call.request);
        call.request.reasoning_level = body.get_string("reasoning_effort");
        call.request.output_type = parameters::output_type(body.get("response_format"));
        if let Some(cap) = call.cap() {
            call.input = body
                .get_array("messages")
                .iter()
                .map(|it| read_message(it, cap))
                .collect();
            call.tools = body
                .get_array("tools")
                .iter()
                .filter_map(|it| read_tool(it, cap))
                .collect();
        }
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let choices = body.get_array("choices");
        if choices.iter().all(|choice| !choice.contains_key("message")) {
            return false;
        }
        read_metadata(body, call);
        let cap = call.cap();
        for (position, choice) in choices.iter().enumerate() {
            let Some(candidate) = call.choice_mut(candidate_index(choice, position)) else {
                break;
            };
            candidate.message = match (choice.get("message"), cap) {
                (Some(answer), Some(cap)) => read_message(answer, cap),
                _ => Message::new("assistant", Vec::new()),
            };
            candidate.stop_reason = choice
                .get_string("finish_reason")
                .or_else(|| choice.get_string("stop_reason"));
        }
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::read_chunk(chunk, call)
    }
}

const VENDORS: &[&str] = &[
    "google",
    "minimax",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "writer",
    "zai",
];
