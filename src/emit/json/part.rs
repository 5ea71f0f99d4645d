//! One part of a message as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::record::content::TruncatedText;
use crate::record::{Citation, Part};

pub(super) struct JsonPart<'a> {
    pub(super) part: &'a Part,
    /// Characters of the text.
    pub(super) text_limit: usize,
}

impl Serialize for JsonPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { part, text_limit } = *self;
        let json_content = |text, is_json| JsonContent {
            text,
            is_json,
            text_limit,
        };
        let mut map = serializer.serialize_map(None)?;
        match part {
            Part::Text { text, citations } => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("content", &text.truncated_to(text_limit))?;
                if !citations.is_empty() {
                    let citations = citations.iter().map(|citation| JsonCitation {
                        citation,
                        text_limit,
                    });
                    map.serialize_entry("citations", &citations.collect::<Vec<_>>())?;
                }
            }
            Part::Reasoning {
                text,
                signature,
                redacted,
            } => {
                map.serialize_entry("type", "reasoning")?;
                map.serialize_entry("content", &text.truncated_to(text_limit))?;
                serialize_if_some(&mut map, "signature_bytes", signature.as_ref())?;
                serialize_if_some(&mut map, "redacted_bytes", redacted.as_ref())?;
            }
            Part::ToolCall {
                id,
                name,
                arguments,
            } => {
                map.serialize_entry("type", "tool_call")?;
                serialize_if_some(&mut map, "id", id.as_ref())?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("arguments", &json_content(arguments, true))?;
            }
            Part::ToolResult {
                id,
                response,
                json,
                failed,
            } => {
                map.serialize_entry("type", "tool_call_response")?;
                serialize_if_some(&mut map, "id", id.as_ref())?;
                map.serialize_entry("response", &json_content(response, *json))?;
                serialize_if_some(&mut map, "status", failed.then_some(&"error"))?;
            }
            Part::ServerToolCall {
                id,
                name,
                arguments,
            } => {
                map.serialize_entry("type", "server_tool_call")?;
                serialize_if_some(&mut map, "id", id.as_ref())?;
                map.serialize_entry("name", name)?;
                let call = ServerTool {
                    r#type: name,
                    field: "arguments",
                    content: json_content(arguments, true),
                };
                map.serialize_entry("server_tool_call", &call)?;
            }
            Part::ServerToolResult { id, kind, response } => {
                map.serialize_entry("type", "server_tool_call_response")?;
                serialize_if_some(&mut map, "id", id.as_ref())?;
                let response = ServerTool {
                    r#type: kind,
                    field: "content",
                    content: json_content(response, true),
                };
                map.serialize_entry("server_tool_call_response", &response)?;
            }
            Part::Media(media) => {
                map.serialize_entry("type", if media.uri().is_some() { "uri" } else { "blob" })?;
                map.serialize_entry("modality", media.modality)?;
                serialize_if_some(&mut map, "mime_type", media.mime_type.as_ref())?;
                match media.uri() {
                    Some(uri) => map.serialize_entry("uri", uri)?,
                    // The convention requires the member; media is never copied.
                    None => map.serialize_entry("content", "")?,
                }
                serialize_if_some(&mut map, "byte_size", media.bytes.as_ref())?;
            }
            Part::Other { kind, name, text } => {
                map.serialize_entry("type", kind)?;
                serialize_if_some(&mut map, "name", name.as_ref())?;
                serialize_if_some(
                    &mut map,
                    "content",
                    text.as_ref().map(|it| it.truncated_to(text_limit)).as_ref(),
                )?;
            }
        }
        map.end()
    }
}

pub(super) fn serialize_if_some<M: SerializeMap, T: Serialize + ?Sized>(
    map: &mut M,
    key: &str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

struct JsonCitation<'a> {
    citation: &'a Citation,
    /// Characters of each text.
    text_limit: usize,
}

impl Serialize for JsonCitation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let truncate = |text: &TruncatedText| text.truncated_to(self.text_limit).into_owned();
        let title = self.citation.title.as_ref().map(truncate);
        let source = self.citation.source.as_ref().map(truncate);
        let mut map = serializer.serialize_map(None)?;
        serialize_if_some(&mut map, "title", title.as_ref())?;
        serialize_if_some(&mut map, "source", source.as_ref())?;
        map.end()
    }
}

struct ServerTool<'a> {
    r#type: &'a str,
    field: &'static str,
    content: JsonContent<'a>,
}

impl Serialize for ServerTool<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", self.r#type)?;
        map.serialize_entry(self.field, &self.content)?;
        map.end()
    }
}

/// A text. Complete JSON within the limit is embedded as JSON, all else as a
/// string.
#[derive(Clone, Copy)]
pub(super) struct JsonContent<'a> {
    pub(super) text: &'a TruncatedText,
    pub(super) is_json: bool,
    /// Characters of the text.
    pub(super) text_limit: usize,
}

impl Serialize for JsonContent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text;
        if self.is_json && text.is_complete() && text.stored_chars() <= self.text_limit {
            if text.is_empty() {
                // A streamed call of a tool without arguments has no text.
                return serializer.serialize_map(Some(0))?.end();
            }
            if let Ok(raw) = serde_json::from_str::<&RawValue>(text.as_str()) {
                return raw.serialize(serializer);
            }
        }
        serializer.serialize_str(&text.truncated_to(self.text_limit))
    }
}
