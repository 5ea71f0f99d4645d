//! Messages and their content blocks.

use serde::ser::{Serialize, Serializer};

use crate::record::content::TruncatedText;
use crate::record::json::{Json, serialize_truncated};
use crate::record::{Citation, Media, Message, Part, base64_len, mime_type};

/// Reads a message; without its parts where content is not recorded.
pub(crate) fn read_message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    let Some(cap) = cap else {
        return Message::new(role, Vec::new());
    };
    let parts = match message.get("content") {
        Some(Json::Text(text)) => vec![Part::text(TruncatedText::copy(cap, text))],
        Some(blocks) => read_blocks(blocks.as_slice(), cap),
        None => Vec::new(),
    };
    Message::new(role, parts)
}

/// Reads the blocks of the system prompt.
pub(super) fn read_system(body: &Json<'_>, cap: usize) -> Vec<Part> {
    read_blocks(body.get_array("system"), cap)
}

fn read_blocks(blocks: &[Json<'_>], cap: usize) -> Vec<Part> {
    blocks.iter().map(|block| read_block(block, cap)).collect()
}

/// Reads a block by its one member.
fn read_block(block: &Json<'_>, cap: usize) -> Part {
    if let Json::Object(members) = block {
        for (member, value) in members.iter().filter(|(_, value)| *value != Json::Null) {
            if let Some((_, read)) = BLOCKS.iter().find(|(known, _)| known == member) {
                return read(value, cap);
            }
        }
    }
    other("unknown", None, None)
}

type ReadBlock = fn(&Json<'_>, usize) -> Part;

static BLOCKS: &[(&str, ReadBlock)] = &[
    ("text", |text, cap| {
        Part::text(TruncatedText::copy(cap, text.as_str().unwrap_or_default()))
    }),
    ("toolUse", read_tool_use),
    ("toolResult", read_tool_result),
    ("reasoningContent", read_reasoning),
    ("citationsContent", read_citations),
    ("document", read_document),
    ("image", |image, _| read_media("image", image)),
    ("video", |video, _| read_media("video", video)),
    ("audio", |audio, _| read_media("audio", audio)),
    ("guardContent", read_guard_content),
    ("searchResult", read_search_result),
    ("cachePoint", |_, _| other("cache_point", None, None)),
    ("toolAddition", |change, _| {
        read_tool_change("tool_addition", change)
    }),
    ("toolRemoval", |change, _| {
        read_tool_change("tool_removal", change)
    }),
];

fn read_tool_use(call: &Json<'_>, cap: usize) -> Part {
    let id = call.get_string("toolUseId");
    let name = call.get_string("name").unwrap_or_default();
    let arguments = call
        .get("input")
        .map_or_else(|| TruncatedText::new(cap), |it| it.to_truncated_text(cap));
    tool_call(call, id, name, arguments)
}

/// A call of the caller's tool, or of one that the provider runs itself.
pub(super) fn tool_call(
    block: &Json<'_>,
    id: Option<String>,
    name: String,
    arguments: TruncatedText,
) -> Part {
    if block.get_str("type") == Some("server_tool_use") {
        Part::ServerToolCall {
            id,
            name,
            arguments,
        }
    } else {
        Part::ToolCall {
            id,
            name,
            arguments,
        }
    }
}

/// A single text stays plain; several items are recorded as JSON.
fn read_tool_result(result: &Json<'_>, cap: usize) -> Part {
    let content = result.get_array("content");
    let (response, json) = match content {
        [item] if item.contains_key("text") => {
            let text = item.get_str("text").unwrap_or_default();
            (TruncatedText::copy(cap, text), false)
        }
        [item] if item.contains_key("json") => {
            let json = item.get("json").unwrap_or(&Json::Null);
            (json.to_truncated_text(cap), true)
        }
        items => (serialize_truncated(&Items(items), cap), true),
    };
    Part::ToolResult {
        id: result.get_string("toolUseId"),
        response,
        json,
        failed: result.get_str("status") == Some("error"),
    }
}

struct Items<'a>(&'a [Json<'a>]);

impl Serialize for Items<'_> {
    /// Texts and JSON values without the object around them, other items as they
    /// stand: `Json` writes markers in the place of media.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let items = self.0.iter();
        serializer.collect_seq(items.map(|item| {
            let value = item.get("text").or_else(|| item.get("json"));
            value.unwrap_or(item)
        }))
    }
}

fn read_reasoning(reasoning: &Json<'_>, cap: usize) -> Part {
    let text = reasoning.get("reasoningText");
    let member = |key| text.and_then(|text| text.get_str(key));
    Part::Reasoning {
        text: TruncatedText::copy(cap, member("text").unwrap_or_default()),
        signature: member("signature").map(str::len),
        redacted: reasoning.get_str("redactedContent").map(base64_len),
    }
}

fn read_citations(block: &Json<'_>, cap: usize) -> Part {
    let citations = block.get_array("citations").iter();
    Part::Text {
        text: join_texts(block.get_array("content"), cap),
        citations: citations.map(|it| read_citation(it, Some(cap))).collect(),
    }
}

pub(super) fn read_citation(citation: &Json<'_>, cap: Option<usize>) -> Citation {
    let text = |key| Some(TruncatedText::copy(cap?, citation.get_str(key)?));
    Citation {
        title: text("title"),
        source: text("source"),
    }
}

/// A document whose text is in the request is content; another is a medium.
fn read_document(document: &Json<'_>, cap: usize) -> Part {
    let source = document.get("source");
    let text = source.and_then(|source| match source.get("content") {
        Some(pieces) => Some(join_texts(pieces.as_slice(), cap)),
        None => Some(TruncatedText::copy(cap, source.get_str("text")?)),
    });
    match text {
        Some(text) => other("document", document.get_string("name"), Some(text)),
        None => read_media("document", document),
    }
}

fn read_guard_content(block: &Json<'_>, cap: usize) -> Part {
    if let Some(image) = block.get("image") {
        return read_media("image", image);
    }
    let text = block.get_path(&["text", "text"]).and_then(Json::as_str);
    let text = text.map(|text| TruncatedText::copy(cap, text));
    other("guard_content", None, text)
}

fn read_search_result(result: &Json<'_>, cap: usize) -> Part {
    let text = join_texts(result.get_array("content"), cap);
    other("search_result", result.get_string("source"), Some(text))
}

fn read_tool_change(kind: &'static str, change: &Json<'_>) -> Part {
    let name = change.get("tool").and_then(|tool| tool.get_string("name"));
    other(kind, name, None)
}

/// Kind and size of a medium, and where it lies.
fn read_media(modality: &'static str, medium: &Json<'_>) -> Part {
    let source = medium.get("source");
    let uri = source.and_then(|source| source.get_path(&["s3Location", "uri"])?.as_str());
    let bytes = source.and_then(|source| source.get_str("bytes"));
    let format = medium.get_str("format");
    let mime_type = format.map(|format| mime_type(modality, format));
    Part::Media(Media::new(modality, mime_type, bytes.map(base64_len), uri))
}

fn join_texts(pieces: &[Json<'_>], cap: usize) -> TruncatedText {
    let mut text = TruncatedText::new(cap);
    for piece in pieces.iter().filter_map(|piece| piece.get_str("text")) {
        text.push(piece);
    }
    text
}

fn other(kind: &'static str, name: Option<String>, text: Option<TruncatedText>) -> Part {
    Part::Other { kind, name, text }
}
