//! Messages, their parts and tool definitions.

use crate::decode::payload::{image, tool_definition};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Media, Message, Part, Tool, base64_len};

pub(super) fn read_message(message: &Json<'_>, cap: usize) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    if role == "tool" {
        let response = copy_text_or_json(message.get("content"), cap);
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
            parts.push(Part::text(TruncatedText::copy(cap, text)));
        }
        Some(blocks) => parts.extend(
            blocks
                .as_slice()
                .iter()
                .filter_map(|block| read_part(block, cap)),
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
            .map(|call| read_tool_call(call, cap)),
    );
    Message::new(role, parts)
}

fn read_tool_call(call: &Json<'_>, cap: usize) -> Part {
    let function = call.get("function").unwrap_or(call);
    Part::ToolCall {
        id: call.get_string("id"),
        name: function.get_string("name").unwrap_or_default(),
        arguments: copy_text_or_json(function.get("arguments"), cap),
    }
}

/// A text unchanged; any other value as JSON.
fn copy_text_or_json(value: Option<&Json<'_>>, cap: usize) -> TruncatedText {
    match value {
        Some(Json::Text(text)) => TruncatedText::copy(cap, text),
        Some(Json::Null) | None => TruncatedText::new(cap),
        Some(other) => other.to_truncated_text(cap),
    }
}

fn read_part(block: &Json<'_>, cap: usize) -> Option<Part> {
    match block.get_str("type")? {
        "text" | "input_text" | "output_text" => Some(Part::text(TruncatedText::copy(
            cap,
            block.get_str("text").unwrap_or_default(),
        ))),
        "image_url" => {
            // Mistral's models take the URL without an object around it.
            let image = block.get("image_url");
            let url = image.and_then(|it| it.as_str().or_else(|| it.get_str("url")));
            Some(Part::Media(image::media_from_text(url.unwrap_or_default())))
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

pub(super) fn read_tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let function = tool.get("function").unwrap_or(tool);
    tool_definition::read_tool(function, function.get("parameters"), cap)
}
