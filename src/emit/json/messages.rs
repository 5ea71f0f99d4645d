//! Messages: `gen_ai.input.messages`, `gen_ai.output.messages`,
//! `gen_ai.system_instructions` and the fields of the message events.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::list::{Omit, TruncatedList, list_to_json};
use super::part::{JsonContent, JsonPart, serialize_if_some};
use crate::emit::truncate::{TextLengths, Truncation};
use crate::record::{Choice, Message, Part, normalize_finish_reason};

pub(in crate::emit) fn input_to_json(messages: &[Message], limit: usize) -> String {
    messages_to_json(&messages.iter().map(|message| (message, None)), limit)
}

pub(in crate::emit) fn output_to_json(choices: &[Choice], limit: usize) -> String {
    let messages = choices
        .iter()
        .map(|choice| (&choice.message, choice.finish_reason()));
    messages_to_json(&messages, limit)
}

/// Parts without a role.
pub(in crate::emit) fn parts_to_json<'a>(
    parts: &(impl Iterator<Item = &'a Part> + Clone),
    limit: usize,
) -> String {
    items_to_json(parts, limit, |part, text_limit| JsonPart {
        part,
        text_limit,
    })
}

/// The tool calls of one message, in the form of the message events.
pub(in crate::emit) fn tool_calls_to_json<'a>(
    calls: &(impl Iterator<Item = &'a Part> + Clone),
    limit: usize,
) -> String {
    items_to_json(calls, limit, |part, text_limit| JsonToolCall {
        part,
        text_limit,
    })
}

fn items_to_json<'a, T: Serialize>(
    parts: &(impl Iterator<Item = &'a Part> + Clone),
    limit: usize,
    form: impl Fn(&'a Part, usize) -> T,
) -> String {
    let chars: Vec<_> = parts.clone().map(text_length).collect();
    let lengths = TextLengths::per_item(&chars);
    list_to_json(parts, lengths, limit, Omit::First, |part, truncation| {
        form(part, truncation.text_limit)
    })
}

fn messages_to_json<'a>(
    messages: &(impl Iterator<Item = (&'a Message, Option<&'a str>)> + Clone),
    limit: usize,
) -> String {
    let all_parts = messages.clone().map(|(message, _)| &message.parts);
    let chars: Vec<_> = all_parts.clone().flatten().map(text_length).collect();
    let lengths = TextLengths {
        texts: &chars,
        parts: &all_parts.map(Vec::len).collect::<Vec<_>>(),
    };
    let form = |(message, reason), truncation| JsonMessage {
        message,
        reason,
        truncation,
    };
    list_to_json(messages, lengths, limit, Omit::First, form)
}

fn text_length(part: &Part) -> usize {
    part.content().map_or(0, |(text, _)| text.stored_chars())
}

struct JsonMessage<'a> {
    message: &'a Message,
    reason: Option<&'a str>,
    truncation: Truncation,
}

impl Serialize for JsonMessage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Truncation {
            text_limit,
            omitted_parts,
            ..
        } = self.truncation;
        let parts = self.message.parts.iter();
        let parts = TruncatedList {
            items: parts.map(|part| JsonPart { part, text_limit }),
            omitted: omitted_parts,
            omit: Omit::First,
        };
        let reason = self.reason.map(normalize_finish_reason);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("role", &self.message.role)?;
        map.serialize_entry("parts", &parts)?;
        serialize_if_some(&mut map, "finish_reason", reason.as_ref())?;
        map.end()
    }
}

/// Serialises a tool call; other parts as null.
struct JsonToolCall<'a> {
    part: &'a Part,
    text_limit: usize,
}

impl Serialize for JsonToolCall<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Function<'a> {
            name: &'a str,
            arguments: JsonContent<'a>,
        }
        let (Part::ToolCall {
            id,
            name,
            arguments,
        }
        | Part::ServerToolCall {
            id,
            name,
            arguments,
        }) = self.part
        else {
            return serializer.serialize_unit();
        };
        let mut map = serializer.serialize_map(None)?;
        serialize_if_some(&mut map, "id", id.as_ref())?;
        map.serialize_entry("type", "function")?;
        let function = Function {
            name,
            arguments: JsonContent {
                text: arguments,
                is_json: true,
                text_limit: self.text_limit,
            },
        };
        map.serialize_entry("function", &function)?;
        map.end()
    }
}
