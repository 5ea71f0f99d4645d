//! The `choices[]` dialect: gpt-oss, and most models that Bedrock hosts for
//! other vendors (Qwen, Kimi, GLM, MiniMax, Gemma, Nemotron, Mistral's chat).

use super::Family;
use crate::call::{Call, Media, Message, Part, Tool, Usage, base64_len};
use crate::content::Clip;
use crate::json::Json;
use crate::model_id::ModelId;
use crate::semconv::operation::CHAT;

mod stream;

#[derive(Debug)]
pub(super) struct OpenAi;

impl Family for OpenAi {
    fn speaks(&self, model: ModelId<'_>) -> bool {
        model
            .vendor()
            .is_some_and(|vendor| VENDORS.contains(&vendor))
    }

    fn request(&self, body: &Json<'_>, call: &mut Call) -> bool {
        if body
            .get("messages")
            .is_none_or(|messages| !messages.is_array())
        {
            return false;
        }
        call.operation = Some(CHAT);
        parameters(body, call);
        if let Some(cap) = call.cap() {
            call.input = body
                .list("messages")
                .iter()
                .map(|it| message(it, cap))
                .collect();
            call.tools = body
                .list("tools")
                .iter()
                .filter_map(|it| tool(it, cap))
                .collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let choices = body.list("choices");
        if choices
            .iter()
            .all(|choice| !choice.has("message") && !choice.has("text"))
        {
            return false;
        }
        head(body, call);
        let cap = call.cap();
        for (position, choice) in choices.iter().enumerate() {
            let Some(read) = call.choice(index(choice, position)) else {
                break;
            };
            read.message = match (choice.get("message"), cap) {
                (Some(answer), Some(cap)) => message(answer, cap),
                (None, Some(cap)) => {
                    let text = Clip::of(cap, choice.string("text").unwrap_or_default());
                    Message::new("assistant", vec![Part::text(text)])
                }
                (_, None) => Message::new("assistant", Vec::new()),
            };
            read.stop_reason = choice
                .owned("finish_reason")
                .or_else(|| choice.owned("stop_reason"));
        }
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        stream::chunk(chunk, call)
    }
}

/// What a body tells apart from its choices.
fn head(body: &Json<'_>, call: &mut Call) {
    call.operation.get_or_insert(CHAT);
    let known = &mut call.response;
    known.id = body.owned("id").or(known.id.take());
    known.model = body.owned("model").or(known.model.take());
    if let Some(usage) = body.get("usage") {
        let detail = |of, key| usage.get(of).and_then(|details| details.count(key));
        call.usage.update(&Usage {
            input_with_cache: usage.count("prompt_tokens"),
            output: usage.count("completion_tokens"),
            cache_read: detail("prompt_tokens_details", "cached_tokens"),
            reasoning: detail("completion_tokens_details", "reasoning_tokens"),
            ..Usage::default()
        });
    }
}

/// The candidate that a choice is, by its own word or by its position.
fn index(choice: &Json<'_>, position: usize) -> usize {
    choice
        .count("index")
        .and_then(|index| usize::try_from(index).ok())
        .unwrap_or(position)
}

fn parameters(body: &Json<'_>, call: &mut Call) {
    let request = &mut call.request;
    request.max_tokens = body
        .int("max_tokens")
        .or_else(|| body.int("max_completion_tokens"));
    request.temperature = body.float("temperature");
    request.top_p = body.float("top_p");
    request.top_k = body.int("top_k");
    request.frequency_penalty = body.float("frequency_penalty");
    request.presence_penalty = body.float("presence_penalty");
    request.seed = body.int("seed");
    request.choice_count = body.int("n");
    request.stop_sequences = body.strings("stop");
    request.reasoning_level = body.owned("reasoning_effort");
    let format = body
        .get("response_format")
        .and_then(|format| format.string("type"));
    request.output_type = match format {
        Some("json_object" | "json_schema") => Some("json"),
        Some("text") => Some("text"),
        _ => None,
    };
}

fn message(message: &Json<'_>, cap: usize) -> Message {
    let role = message.owned("role").unwrap_or_default();
    if role == "tool" {
        let response = text_of(message.get("content"), cap);
        let id = message.owned("tool_call_id");
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
        if let Some(text) = message.string(key).filter(|text| !text.is_empty()) {
            parts.push(Part::reasoning(Clip::of(cap, text)));
            break;
        }
    }
    match message.get("content") {
        Some(Json::Text(text)) if !text.is_empty() => parts.push(Part::text(Clip::of(cap, text))),
        Some(blocks) => parts.extend(blocks.items().iter().filter_map(|block| part(block, cap))),
        None => {}
    }
    if let Some(text) = message.string("refusal") {
        let text = Some(Clip::of(cap, text));
        parts.push(Part::Other {
            kind: "refusal",
            name: None,
            text,
        });
    }
    parts.extend(
        message
            .list("tool_calls")
            .iter()
            .map(|call| tool_call(call, cap)),
    );
    Message::new(role, parts)
}

fn tool_call(call: &Json<'_>, cap: usize) -> Part {
    let function = call.get("function").unwrap_or(call);
    Part::ToolCall {
        id: call.owned("id"),
        name: function.owned("name").unwrap_or_default(),
        arguments: text_of(function.get("arguments"), cap),
    }
}

/// A text as it is; anything else as JSON.
fn text_of(value: Option<&Json<'_>>, cap: usize) -> Clip {
    match value {
        Some(Json::Text(text)) => Clip::of(cap, text),
        Some(Json::Null) | None => Clip::new(cap),
        Some(other) => other.clip(cap),
    }
}

fn part(block: &Json<'_>, cap: usize) -> Option<Part> {
    match block.string("type")? {
        "text" | "input_text" | "output_text" => Some(Part::text(Clip::of(
            cap,
            block.string("text").unwrap_or_default(),
        ))),
        "image_url" => {
            let url = block
                .at(&["image_url", "url"])
                .and_then(Json::str)
                .unwrap_or_default();
            Some(Part::Media(image(url)))
        }
        "input_audio" => {
            let data = block.at(&["input_audio", "data"]).and_then(Json::str);
            let bytes = data.map(base64_len);
            Some(Part::Media(Media {
                modality: "audio",
                bytes,
                ..Media::default()
            }))
        }
        _ => Some(Part::Other {
            kind: "unknown",
            name: None,
            text: None,
        }),
    }
}

/// An image by its address, which may hold the image itself.
fn image(url: &str) -> Media {
    let modality = "image";
    match url
        .strip_prefix("data:")
        .and_then(|data| data.split_once(','))
    {
        Some((kind, data)) => {
            let mime_type = kind.split(';').next().map(|kind| kind.to_owned().into());
            Media {
                modality,
                mime_type,
                bytes: Some(base64_len(data)),
                uri: None,
            }
        }
        None => Media {
            modality,
            uri: Some(url.to_owned()),
            ..Media::default()
        },
    }
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let function = tool.get("function").unwrap_or(tool);
    let mut read = Tool::function(function.string("name")?);
    read.description = function
        .string("description")
        .map(|text| Clip::of(cap, text));
    read.parameters = function.get("parameters").map(|schema| schema.clip(cap));
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
