//! Requests and responses of the `choices[]` format.

use super::stream;
use crate::decode::payload::{Family, image, parameters};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Media, Message, Part, Tool, Usage, base64_len};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct Openai;

impl Family for Openai {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        model
            .vendor()
            .is_some_and(|vendor| VENDORS.contains(&vendor))
    }

    fn request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        if body
            .get("messages")
            .is_none_or(|messages| !messages.is_array())
        {
            return false;
        }
        call.operation = Some(CHAT);
        parameters::read(body, &mut call.request);
        call.request.reasoning_level = body.get_string("reasoning_effort");
        call.request.output_type = parameters::output_type(body.get("response_format"));
        if let Some(cap) = call.cap() {
            call.input = body
                .get_array("messages")
                .iter()
                .map(|it| message(it, cap))
                .collect();
            call.tools = body
                .get_array("tools")
                .iter()
                .filter_map(|it| tool(it, cap))
                .collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let choices = body.get_array("choices");
        if choices.iter().all(|choice| !choice.contains_key("message")) {
            return false;
        }
        head(body, call);
        let cap = call.cap();
        for (position, choice) in choices.iter().enumerate() {
            let Some(read) = call.choice_mut(index(choice, position)) else {
                break;
            };
            read.message = match (choice.get("message"), cap) {
                (Some(answer), Some(cap)) => message(answer, cap),
                _ => Message::new("assistant", Vec::new()),
            };
            read.stop_reason = choice
                .get_string("finish_reason")
                .or_else(|| choice.get_string("stop_reason"));
        }
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::chunk(chunk, call)
    }
}

/// What a body tells apart from its choices.
pub(in crate::decode::payload) fn head(body: &Json<'_>, call: &mut Call) {
    let known = &mut call.response;
    known.id = body.get_id("id").or(known.id.take());
    known.model = body.get_string("model").or(known.model.take());
    if let Some(usage) = body.get("usage") {
        let detail = |of, key| usage.get(of).and_then(|details| details.get_count(key));
        call.usage.update(&Usage {
            input_with_cache: usage.get_count("prompt_tokens"),
            output: usage.get_count("completion_tokens"),
            cache_read: detail("prompt_tokens_details", "cached_tokens"),
            reasoning: detail("completion_tokens_details", "reasoning_tokens"),
            ..Usage::default()
        });
    }
}

/// The candidate that a choice is, by its own word or by its position.
pub(in crate::decode::payload) fn index(choice: &Json<'_>, position: usize) -> usize {
    choice
        .get_count("index")
        .and_then(|index| usize::try_from(index).ok())
        .unwrap_or(position)
}

fn message(message: &Json<'_>, cap: usize) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    if role == "tool" {
        let response = text_of(message.get("content"), cap);
        let id = message.get_string("tool_call_id");
        return Message::new(
            role,
            vec![Part::ToolResult {
                id,
                response,
                json: false,
                failed: false,
            }],
        );
    }
    let mut parts = Vec::new();
    for key in ["reasoning_content", "reasoning"] {
        if let Some(text) = message.get_str(key).filter(|text| !text.is_empty()) {
            parts.push(Part::reasoning(TruncatedText::copy(cap, text)));
            break;
        }
    }
    match message.get("content") {
        Some(Json::Text(text)) if !text.is_empty() => {
            parts.push(Part::text(TruncatedText::copy(cap, text)))
        }
        Some(blocks) => parts.extend(
            blocks
                .as_slice()
                .iter()
                .filter_map(|block| part(block, cap)),
        ),
        None => {}
    }
    if let Some(text) = message.get_str("refusal") {
        let text = Some(TruncatedText::copy(cap, text));
        parts.push(Part::Other {
            kind: "refusal",
            name: None,
            text,
        });
    }
    parts.extend(
        message
            .get_array("tool_calls")
            .iter()
            .map(|call| tool_call(call, cap)),
    );
    Message::new(role, parts)
}

fn tool_call(call: &Json<'_>, cap: usize) -> Part {
    let function = call.get("function").unwrap_or(call);
    Part::ToolCall {
        id: call.get_string("id"),
        name: function.get_string("name").unwrap_or_default(),
        arguments: text_of(function.get("arguments"), cap),
    }
}

/// A text as it is; anything else as JSON.
fn text_of(value: Option<&Json<'_>>, cap: usize) -> TruncatedText {
    match value {
        Some(Json::Text(text)) => TruncatedText::copy(cap, text),
        Some(Json::Null) | None => TruncatedText::new(cap),
        Some(other) => other.to_truncated_text(cap),
    }
}

fn part(block: &Json<'_>, cap: usize) -> Option<Part> {
    match block.get_str("type")? {
        "text" | "input_text" | "output_text" => Some(Part::text(TruncatedText::copy(
            cap,
            block.get_str("text").unwrap_or_default(),
        ))),
        "image_url" => {
            // Mistral's models take the URL without an object around it.
            let image = block.get("image_url");
            let url = image.and_then(|it| it.as_str().or_else(|| it.get_str("url")));
            Some(Part::Media(image::of_text(url.unwrap_or_default())))
        }
        "input_audio" => {
            let data = block
                .get_path(&["input_audio", "data"])
                .and_then(Json::as_str);
            let bytes = data.map(base64_len);
            Some(Part::Media(Media::new("audio", None, bytes, None)))
        }
        _ => Some(Part::Other {
            kind: "unknown",
            name: None,
            text: None,
        }),
    }
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let function = tool.get("function").unwrap_or(tool);
    let mut read = Tool::function(function.get_str("name")?);
    read.description = function
        .get_str("description")
        .map(|text| TruncatedText::copy(cap, text));
    read.parameters = function
        .get("parameters")
        .map(|schema| schema.to_truncated_text(cap));
    Some(read)
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
