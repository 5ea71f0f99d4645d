//! The content blocks of Converse, read into parts of messages.

use aws_sdk_bedrockruntime::types::{
    AudioSource, CitationGeneratedContent, CitationsContentBlock, ContentBlock, DocumentBlock,
    DocumentContentBlock, DocumentSource, GuardrailConverseContentBlock,
    GuardrailConverseImageSource, ImageBlock, ImageSource, Message, ReasoningContentBlock,
    SearchResultBlock, SystemContentBlock, Tool, ToolConfiguration, ToolInputSchema, ToolReference,
    ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolUseBlock, VideoBlock,
    VideoSource,
};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::decode::operation::document;
use crate::decode::payload::converse_shape::SERVER_TOOL_USE;
use crate::record as call;
use crate::record::content::TruncatedText;
use crate::record::json::serialize_truncated;
use crate::record::{Citation, Media, Part};

/// A message; without its parts where content may not be copied.
pub(crate) fn message(message: &Message, cap: Option<usize>) -> call::Message {
    let parts = cap.map(|cap| {
        message
            .content()
            .iter()
            .filter_map(|block| part(block, cap))
            .collect()
    });
    call::Message::new(message.role.as_str().to_owned(), parts.unwrap_or_default())
}

pub(crate) fn system(blocks: &[SystemContentBlock], cap: usize) -> Vec<Part> {
    let part = |block: &SystemContentBlock| match block {
        SystemContentBlock::CachePoint(_) => Some(CACHE_POINT),
        SystemContentBlock::GuardContent(guarded) => guard(guarded, cap),
        SystemContentBlock::Text(text) => Some(Part::text(TruncatedText::copy(cap, text))),
        _ => None,
    };
    blocks.iter().filter_map(part).collect()
}

pub(crate) fn tools(config: &ToolConfiguration, cap: usize) -> Vec<call::Tool> {
    let tool = |tool: &Tool| match tool {
        Tool::SystemTool(system) => Some(call::Tool {
            kind: "system_tool".into(),
            ..call::Tool::function(&*system.name)
        }),
        Tool::ToolSpec(spec) => {
            let mut tool = call::Tool::function(&*spec.name);
            tool.description = spec
                .description()
                .map(|text| TruncatedText::copy(cap, text));
            if let Some(ToolInputSchema::Json(schema)) = &spec.input_schema {
                tool.parameters = Some(document::to_truncated_text(schema, cap));
            }
            Some(tool)
        }
        _ => None,
    };
    config.tools().iter().filter_map(tool).collect()
}

fn part(block: &ContentBlock, cap: usize) -> Option<Part> {
    Some(match block {
        ContentBlock::Audio(audio) => {
            let (bytes, uri) = match &audio.source {
                Some(AudioSource::Bytes(blob)) => (Some(blob.as_ref().len()), None),
                Some(AudioSource::S3Location(s3)) => (None, Some(s3.uri.as_str())),
                _ => (None, None),
            };
            media("audio", audio.format.as_str(), bytes, uri)
        }
        ContentBlock::CachePoint(_) => CACHE_POINT,
        ContentBlock::CitationsContent(cited) => citations(cited, cap),
        ContentBlock::Document(document) => doc(document, cap),
        ContentBlock::GuardContent(guarded) => return guard(guarded, cap),
        ContentBlock::Image(block) => image(block),
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(block)) => {
            let text = TruncatedText::copy(cap, &block.text);
            let signature = block.signature.as_ref().map(String::len);
            Part::Reasoning {
                text,
                signature,
                redacted: None,
            }
        }
        ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(blob)) => {
            let redacted = Some(blob.as_ref().len());
            Part::Reasoning {
                text: TruncatedText::new(cap),
                signature: None,
                redacted,
            }
        }
        ContentBlock::SearchResult(result) => search_result(result, cap),
        ContentBlock::Text(text) => Part::text(TruncatedText::copy(cap, text)),
        ContentBlock::ToolAddition(block) => tool_change("tool_addition", block.tool.as_ref()),
        ContentBlock::ToolRemoval(block) => tool_change("tool_removal", block.tool.as_ref()),
        ContentBlock::ToolResult(result) => tool_result(result, cap),
        ContentBlock::ToolUse(call) => tool_use(call, cap),
        ContentBlock::Video(block) => video(block),
        // A kind that this version of the SDK does not know.
        _ => Part::Other {
            kind: "unknown",
            name: None,
            text: None,
        },
    })
}

fn tool_use(call: &ToolUseBlock, cap: usize) -> Part {
    let (id, name) = (Some(call.tool_use_id.clone()), call.name.clone());
    let arguments = document::to_truncated_text(&call.input, cap);
    match &call.r#type {
        Some(kind) if kind.as_str() == SERVER_TOOL_USE => Part::ServerToolCall {
            id,
            name,
            arguments,
        },
        _ => Part::ToolCall {
            id,
            name,
            arguments,
        },
    }
}

fn tool_result(result: &ToolResultBlock, cap: usize) -> Part {
    let (response, json) = match result.content() {
        [ToolResultContentBlock::Text(text)] => (TruncatedText::copy(cap, text), false),
        [one] => (serialize_truncated(&Item(one), cap), true),
        items => (serialize_truncated(&Items(items), cap), true),
    };
    Part::ToolResult {
        id: Some(result.tool_use_id.clone()),
        response,
        json,
        failed: result.status == Some(ToolResultStatus::Error),
    }
}

fn tool_change(kind: &'static str, tool: Option<&ToolReference>) -> Part {
    Part::Other {
        kind,
        name: tool.and_then(|tool| tool.name.clone()),
        text: None,
    }
}

fn citations(block: &CitationsContentBlock, cap: usize) -> Part {
    let mut text = TruncatedText::new(cap);
    for piece in block.content() {
        if let CitationGeneratedContent::Text(piece) = piece {
            text.push(piece);
        }
    }
    let cited = block.citations().iter().map(|citation| Citation {
        title: citation
            .title()
            .map(|title| TruncatedText::copy(cap, title)),
        source: citation
            .source()
            .map(|source| TruncatedText::copy(cap, source)),
    });
    Part::Text {
        text,
        citations: cited.collect(),
    }
}

fn guard(block: &GuardrailConverseContentBlock, cap: usize) -> Option<Part> {
    match block {
        GuardrailConverseContentBlock::Image(image) => {
            let bytes = match &image.source {
                Some(GuardrailConverseImageSource::Bytes(blob)) => Some(blob.as_ref().len()),
                _ => None,
            };
            Some(media("image", image.format.as_str(), bytes, None))
        }
        GuardrailConverseContentBlock::Text(guarded) => {
            let text = Some(TruncatedText::copy(cap, &guarded.text));
            Some(Part::Other {
                kind: "guard_content",
                name: None,
                text,
            })
        }
        _ => None,
    }
}

fn search_result(result: &SearchResultBlock, cap: usize) -> Part {
    let mut text = TruncatedText::new(cap);
    for piece in result.content() {
        text.push(&piece.text);
    }
    Part::Other {
        kind: "search_result",
        name: Some(result.source.clone()),
        text: Some(text),
    }
}

fn doc(block: &DocumentBlock, cap: usize) -> Part {
    let text = match &block.source {
        Some(DocumentSource::Text(text)) => TruncatedText::copy(cap, text),
        Some(DocumentSource::Content(pieces)) => {
            let mut text = TruncatedText::new(cap);
            for piece in pieces {
                if let DocumentContentBlock::Text(piece) = piece {
                    text.push(piece);
                }
            }
            text
        }
        Some(DocumentSource::Bytes(blob)) => {
            let bytes = Some(blob.as_ref().len());
            return media("document", block.format.as_str(), bytes, None);
        }
        Some(DocumentSource::S3Location(s3)) => {
            return media(
                "document",
                block.format.as_str(),
                None,
                Some(s3.uri.as_str()),
            );
        }
        _ => return media("document", block.format.as_str(), None, None),
    };
    Part::Other {
        kind: "document",
        name: Some(block.name.clone()),
        text: Some(text),
    }
}

fn image(block: &ImageBlock) -> Part {
    let (bytes, uri) = match &block.source {
        Some(ImageSource::Bytes(blob)) => (Some(blob.as_ref().len()), None),
        Some(ImageSource::S3Location(s3)) => (None, Some(s3.uri.as_str())),
        _ => (None, None),
    };
    media("image", block.format.as_str(), bytes, uri)
}

fn video(block: &VideoBlock) -> Part {
    let (bytes, uri) = match &block.source {
        Some(VideoSource::Bytes(blob)) => (Some(blob.as_ref().len()), None),
        Some(VideoSource::S3Location(s3)) => (None, Some(s3.uri.as_str())),
        _ => (None, None),
    };
    media("video", block.format.as_str(), bytes, uri)
}

fn media(modality: &'static str, format: &str, bytes: Option<usize>, uri: Option<&str>) -> Part {
    let mime_type = Some(call::mime_type(modality, format));
    Part::Media(Media::new(modality, mime_type, bytes, uri))
}

/// One item of a tool's result, as JSON.
struct Item<'a>(&'a ToolResultContentBlock);

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, name) = match self.0 {
            ToolResultContentBlock::Document(block) => ("document", Some(&block.name)),
            ToolResultContentBlock::Image(_) => ("image", None),
            ToolResultContentBlock::Json(json) => {
                return document::json(json).serialize(serializer);
            }
            ToolResultContentBlock::SearchResult(result) => ("search_result", Some(&result.source)),
            ToolResultContentBlock::Text(text) => return serializer.serialize_str(text),
            ToolResultContentBlock::Video(_) => ("video", None),
            _ => ("unknown", None),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", kind)?;
        if let Some(name) = name {
            map.serialize_entry("name", name)?;
        }
        map.end()
    }
}

struct Items<'a>(&'a [ToolResultContentBlock]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Item))
    }
}

const CACHE_POINT: Part = Part::Other {
    kind: "cache_point",
    name: None,
    text: None,
};
