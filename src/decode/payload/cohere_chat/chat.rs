//! Requests and whole responses of Command R.

use super::message::{read_current_message, read_message, read_tool};
use super::response::{push_citations, push_tool_calls, read_metadata};
use super::stream;
use crate::decode::payload::format::PayloadFormat;
use crate::decode::payload::{candidate, parameters};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Part};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct CohereChat;

impl PayloadFormat for CohereChat {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.vendor() == Some("cohere") && model.name_starts_with(&["command-a", "command-r"])
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        if body.get_str("message").is_none() {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read_parameters(body, &mut call.request);
        call.request.output_type = parameters::output_type(body.get("response_format"));
        if let Some(cap) = call.cap() {
            let preamble = body
                .get_str("preamble")
                .map(|text| TruncatedText::copy(cap, text));
            call.system = preamble.map(Part::text).into_iter().collect();
            let history = body.get_array("chat_history").iter();
            call.input = history.map(|it| read_message(it, cap)).collect();
            call.input.push(read_current_message(body, cap));
            let tools = body.get_array("tools").iter();
            call.tools = tools.filter_map(|it| read_tool(it, cap)).collect();
        }
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let is_own = RESPONSE_MEMBERS.iter().any(|key| body.contains_key(key));
        if body.get_str("text").is_none() || !is_own || body.contains_key("is_finished") {
            return false;
        }
        candidate::push_text(call, 0, body.get_str("text"), body.get_str("finish_reason"));
        read_metadata(body, call);
        push_citations(body, call);
        push_tool_calls(body, call);
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::read_event(chunk, call)
    }
}

const RESPONSE_MEMBERS: &[&str] = &[
    "chat_history",
    "finish_reason",
    "generation_id",
    "response_id",
];
