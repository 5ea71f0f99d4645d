//! The content blocks of Anthropic's Messages.

use crate::record::content::Clip;
use crate::record::json::{Json, to_clip};
use crate::record::{Citation, Media, Part, base64_len};

/// The parts of a message's content: a text, or blocks.
pub(super) fn parts(content: Option<&Json<'_>>, cap: usize) -> Vec<Part> {
    match content {
        Some(Json::Text(text)) => vec![Part::text(Clip::of(cap, text))],
        Some(blocks) => blocks
            .items()
            .iter()
            .filter_map(|block| part(block, cap))
            .collect(),
        None => Vec::new(),
    }
}

pub(super) fn part(block: &Json<'_>, cap: usize) -> Option<Part> {
    let text = |key| Clip::of(cap, block.string(key).unwrap_or_default());
    let kind = block.string("type")?;
    Some(match kind {
        "text" => {
            let cited = block.list("citations").iter().map(|it| citation(it, cap));
            Part::Text {
                text: text("text"),
                citations: cited.collect(),
            }
        }
        "thinking" => {
            let signature = block
                .string("signature")
                .map(str::len)
                .filter(|length| *length > 0);
            Part::Reasoning {
                text: text("thinking"),
                signature,
                redacted: None,
            }
        }
        "redacted_thinking" => {
            let redacted = block.string("data").map(base64_len);
            Part::Reasoning {
                text: Clip::new(cap),
                signature: None,
                redacted,
            }
        }
        "tool_use" => {
            let (id, name, arguments) = tool_use(block, cap);
            Part::ToolCall {
                id,
                name,
                arguments,
            }
        }
        "server_tool_use" | "mcp_tool_use" => {
            let (id, name, arguments) = tool_use(block, cap);
            Part::ServerToolCall {
                id,
                name,
                arguments,
            }
        }
        "tool_result" => tool_result(block, cap),
        "image" | "document" => media(block, cap),
        "search_result" => Part::Other {
            kind: "search_result",
            name: block.owned("source"),
            text: Some(joined(block.list("content"), cap)),
        },
        kind if kind.ends_with("_tool_result") => Part::ServerToolResult {
            id: block.owned("tool_use_id"),
            kind: kind.to_owned(),
            response: block
                .get("content")
                .map_or_else(|| Clip::new(cap), |it| it.clip(cap)),
        },
        _ => Part::Other {
            kind: "unknown",
            name: None,
            text: None,
        },
    })
}

pub(super) fn citation(citation: &Json<'_>, cap: usize) -> Citation {
    let first = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| citation.string(key))
            .map(|it| Clip::of(cap, it))
    };
    Citation {
        title: first(&["document_title", "title"]),
        source: first(&["url", "source", "file_id"]),
    }
}

fn tool_use(block: &Json<'_>, cap: usize) -> (Option<String>, String, Clip) {
    let arguments = match block.get("input") {
        // A stream starts with an empty object, and sends the input after it.
        Some(Json::Object(members)) if members.is_empty() => Clip::new(cap),
        Some(input) => input.clip(cap),
        None => Clip::new(cap),
    };
    (
        block.owned("id"),
        block.owned("name").unwrap_or_default(),
        arguments,
    )
}

fn tool_result(block: &Json<'_>, cap: usize) -> Part {
    let (response, json) = match block.get("content") {
        Some(Json::Text(text)) => (Clip::of(cap, text), false),
        Some(Json::Array(items)) => match items.as_slice() {
            [one] if one.string("type") == Some("text") => {
                (Clip::of(cap, one.string("text").unwrap_or_default()), false)
            }
            items => (to_clip(&items, cap), true),
        },
        Some(other) => (other.clip(cap), true),
        None => (Clip::new(cap), false),
    };
    let failed = block.bool("is_error").unwrap_or(false);
    Part::ToolResult {
        id: block.owned("tool_use_id"),
        response,
        json,
        failed,
    }
}

fn media(block: &Json<'_>, cap: usize) -> Part {
    let modality = if block.string("type") == Some("image") {
        "image"
    } else {
        "document"
    };
    let Some(source) = block.get("source") else {
        return Part::Media(Media::new(modality, None, None, None));
    };
    let name = || block.owned("title");
    match source.string("type") {
        Some("text") => {
            let text = Some(Clip::of(cap, source.string("data").unwrap_or_default()));
            Part::Other {
                kind: "document",
                name: name(),
                text,
            }
        }
        Some("content") => {
            let text = match source.get("content") {
                Some(Json::Text(text)) => Clip::of(cap, text),
                Some(blocks) => joined(blocks.items(), cap),
                None => Clip::new(cap),
            };
            Part::Other {
                kind: "document",
                name: name(),
                text: Some(text),
            }
        }
        _ => {
            let mime_type = source.owned("media_type").map(Into::into);
            let bytes = source.string("data").map(base64_len);
            Part::Media(Media::new(modality, mime_type, bytes, source.string("url")))
        }
    }
}

fn joined(blocks: &[Json<'_>], cap: usize) -> Clip {
    let mut text = Clip::new(cap);
    for piece in blocks.iter().filter_map(|block| block.string("text")) {
        text.push(piece);
    }
    text
}
