//! One part of a message as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::record::Part;
use crate::record::content::TruncatedText;

/// A part, with at most so many characters of its text.
pub(super) struct OnePart<'a>(pub(super) &'a Part, pub(super) usize);

impl Serialize for OnePart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(part, cap) = *self;
        let mut map = serializer.serialize_map(None)?;
        match part {
            Part::Text { text, citations } => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("content", &text.truncated_to(cap))?;
                if !citations.is_empty() {
                    let cited = citations.iter().map(|it| {
                        let text = |clip: &Option<TruncatedText>| {
                            clip.as_ref().map(|it| it.truncated_to(cap).into_owned())
                        };
                        Cited {
                            title: text(&it.title),
                            source: text(&it.source),
                        }
                    });
                    map.serialize_entry("citations", &cited.collect::<Vec<_>>())?;
                }
            }
            Part::Reasoning {
                text,
                signature,
                redacted,
            } => {
                map.serialize_entry("type", "reasoning")?;
                map.serialize_entry("content", &text.truncated_to(cap))?;
                optional(&mut map, "signature_bytes", signature.as_ref())?;
                optional(&mut map, "redacted_bytes", redacted.as_ref())?;
            }
            Part::ToolCall {
                id,
                name,
                arguments,
            } => {
                map.serialize_entry("type", "tool_call")?;
                optional(&mut map, "id", id.as_ref())?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("arguments", &Content(arguments, true, cap))?;
            }
            Part::ToolResult {
                id,
                response,
                json,
                failed,
            } => {
                map.serialize_entry("type", "tool_call_response")?;
                optional(&mut map, "id", id.as_ref())?;
                map.serialize_entry("response", &Content(response, *json, cap))?;
                optional(&mut map, "status", failed.then_some(&"error"))?;
            }
            Part::ServerToolCall {
                id,
                name,
                arguments,
            } => {
                map.serialize_entry("type", "server_tool_call")?;
                optional(&mut map, "id", id.as_ref())?;
                map.serialize_entry("name", name)?;
                let call = ServerTool {
                    r#type: name,
                    field: "arguments",
                    content: Content(arguments, true, cap),
                };
                map.serialize_entry("server_tool_call", &call)?;
            }
            Part::ServerToolResult { id, kind, response } => {
                map.serialize_entry("type", "server_tool_call_response")?;
                optional(&mut map, "id", id.as_ref())?;
                let response = ServerTool {
                    r#type: kind,
                    field: "content",
                    content: Content(response, true, cap),
                };
                map.serialize_entry("server_tool_call_response", &response)?;
            }
            Part::Media(media) => {
                map.serialize_entry("type", if media.uri().is_some() { "uri" } else { "blob" })?;
                map.serialize_entry("modality", media.modality)?;
                optional(&mut map, "mime_type", media.mime_type.as_ref())?;
                match media.uri() {
                    Some(uri) => map.serialize_entry("uri", uri)?,
                    // The convention wants the member; media is never copied.
                    None => map.serialize_entry("content", "")?,
                }
                optional(&mut map, "byte_size", media.bytes.as_ref())?;
            }
            Part::Other { kind, name, text } => {
                map.serialize_entry("type", kind)?;
                optional(&mut map, "name", name.as_ref())?;
                optional(
                    &mut map,
                    "content",
                    text.as_ref().map(|it| it.truncated_to(cap)).as_ref(),
                )?;
            }
        }
        map.end()
    }
}

pub(super) fn optional<M: SerializeMap, T: Serialize + ?Sized>(
    map: &mut M,
    key: &str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

#[derive(serde::Serialize)]
struct Cited {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

struct ServerTool<'a> {
    r#type: &'a str,
    field: &'static str,
    content: Content<'a>,
}

impl Serialize for ServerTool<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", self.r#type)?;
        map.serialize_entry(self.field, &self.content)?;
        map.end()
    }
}

/// A text; one that is JSON, whole and short enough goes in as what it is.
#[derive(Clone, Copy)]
pub(super) struct Content<'a>(
    pub(super) &'a TruncatedText,
    pub(super) bool,
    pub(super) usize,
);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(clip, json, cap) = *self;
        if json && clip.is_complete() && clip.stored_chars() <= cap {
            if clip.is_empty() {
                // A tool without arguments streams none.
                return serializer.serialize_map(Some(0))?.end();
            }
            if let Ok(raw) = serde_json::from_str::<&RawValue>(clip.as_str()) {
                return raw.serialize(serializer);
            }
        }
        serializer.serialize_str(&clip.truncated_to(cap))
    }
}
