//! The content blocks of Anthropic's Messages.

use crate::record::content::TruncatedText;
use crate::record::json::{Json, serialize_truncated};
use crate::record::{Citation, Media, Part, base64_len};

/// The parts of a message's content: a text, or blocks.
pub(super) fn read_parts(content: Option<&Json<'_>>, cap: usize) -> Vec<Part> {
    match content {
        Some(Json::Text(text)) => vec![Part::text(TruncatedText::copy(cap, text))],
        Some(blocks) => blocks
            .as_slice()
            .iter()
            .filter_map(|block| read_part(block, cap))
            .collect(),
        None => Vec::new(),
    }
}

pub(super) fn read_part(block: &Json<'_>, cap: usize) -> Option<Part> {
    let text = |key| TruncatedText::copy(cap, block.get_str(key).unwrap_or_default());
    let kind = block.get_str("type")?;
    Some(match kind {
        "text" => {
            let cited = block
                .get_array("citations")
                .iter()
                .map(|it| read_citation(it, cap));
            Part::Text {
                text: text("text"),
                citations: cited.collect(),
            }
        }
        "thinking" => {
            let signature = block
                .get_str("signature")
                .map(str::len)
                .filter(|length| *length > 0);
            Part::Reasoning {
                text: text("thinking"),
                signature,
                redacted: None,
            }
        }
        "redacted_thinking" => {
            let redacted = block.get_str("data").map(base64_len);
            Part::Reasoning {
                text: TruncatedText::new(cap),
                signature: None,
                redacted,
            }
        }
        "tool_use" => {
            let (id, name, arguments) = read_tool_use(block, cap);
            Part::ToolCall {
                id,
                name,
                arguments,
            }
        }
        "server_tool_use" | "mcp_tool_use" => {
            let (id, name, arguments) = read_tool_use(block, cap);
            Part::ServerToolCall {
                id,
                name,
                arguments,
            }
        }
        "tool_result" => read_tool_result(block, cap),
        "image" | "document" => read_media(block, cap),
        "search_result" => Part::Other {
            kind: "search_result",
            name: block.get_string("source"),
            text: Some(join_texts(block.get_array("content"), cap)),
        },
        kind if kind.ends_with("_tool_result") => Part::ServerToolResult {
            id: block.get_string("tool_use_id"),
            kind: kind.to_owned(),
            response: block
                .get("content")
                .map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap)),
        },
        _ => Part::Other {
            kind: "unknown",
            name: None,
            text: None,
        },
    })
}

pub(super) fn read_citation(citation: &Json<'_>, cap: usize) -> Citation {
    let first = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| citation.get_str(key))
            .map(|it| TruncatedText::copy(cap, it))
    };
    Citation {
        title: first(&["document_title", "title"]),
        source: first(&["url", "source", "file_id"]),
    }
}

fn read_tool_use(block: &Json<'_>, cap: usize) -> (Option<String>, String, TruncatedText) {
    let arguments = match block.get("input") {
        // A stream starts with an empty object, and sends the input after it.
        Some(Json::Object(members)) if members.is_empty() => TruncatedText::new(cap),
        Some(input) => input.to_truncated_text(cap),
        None => TruncatedText::new(cap),
    };
    (
        block.get_string("id"),
        block.get_string("name").unwrap_or_default(),
        arguments,
    )
}

fn read_tool_result(block: &Json<'_>, cap: usize) -> Part {
    let (response, json) = match block.get("content") {
        Some(Json::Text(text)) => (TruncatedText::copy(cap, text), false),
        Some(Json::Array(items)) => match items.as_slice() {
            [one] if one.get_str("type") == Some("text") => (
                TruncatedText::copy(cap, one.get_str("text").unwrap_or_default()),
                false,
            ),
            items => (serialize_truncated(&items, cap), true),
        },
        Some(other) => (other.to_truncated_text(cap), true),
        None => (TruncatedText::new(cap), false),
    };
    let failed = block.get_bool("is_error").unwrap_or(false);
    Part::ToolResult {
        id: block.get_string("tool_use_id"),
        response,
        json,
        failed,
    }
}

fn read_media(block: &Json<'_>, cap: usize) -> Part {
    let modality = if block.get_str("type") == Some("image") {
        "image"
    } else {
        "document"
    };
    let Some(source) = block.get("source") else {
        return Part::Media(Media::new(modality, None, None, None));
    };
    let name = || block.get_string("title");
    match source.get_str("type") {
        Some("text") => {
            let text = Some(TruncatedText::copy(
                cap,
                source.get_str("data").unwrap_or_default(),
            ));
            Part::Other {
                kind: "document",
                name: name(),
                text,
            }
        }
        Some("content") => {
            let text = match source.get("content") {
                Some(Json::Text(text)) => TruncatedText::copy(cap, text),
                Some(blocks) => join_texts(blocks.as_slice(), cap),
                None => TruncatedText::new(cap),
            };
            Part::Other {
                kind: "document",
                name: name(),
                text: Some(text),
            }
        }
        _ => {
            let mime_type = source.get_string("media_type").map(Into::into);
            let bytes = source.get_str("data").map(base64_len);
            Part::Media(Media::new(
                modality,
                mime_type,
                bytes,
                source.get_str("url"),
            ))
        }
    }
}

fn join_texts(blocks: &[Json<'_>], cap: usize) -> TruncatedText {
    let mut text = TruncatedText::new(cap);
    for piece in blocks.iter().filter_map(|block| block.get_str("text")) {
        text.push(piece);
    }
    text
}
