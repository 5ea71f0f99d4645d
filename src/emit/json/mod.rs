//! Messages and tool definitions as JSON of the GenAI conventions, in at most
//! so many characters.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::policies::OnePolicy;
use super::retrieval::OneDocument;
use crate::record::content::TruncatedText;
use crate::record::{Choice, Document, Message, Part, Policy, Tool, normalize_finish_reason};

mod fit;
mod part;

use self::fit::{Shape, View, fit};
use self::part::{Content, OnePart, optional};

/// `gen_ai.system_instructions`: parts, without a role.
pub(super) fn system(system: &[Part], limit: usize) -> String {
    parts(&system.iter(), limit)
}

/// `gen_ai.input.messages`.
pub(super) fn input(messages: &[Message], limit: usize) -> String {
    conversation(&messages.iter().map(|message| (message, None)), limit)
}

/// `gen_ai.output.messages`.
pub(super) fn output(choices: &[Choice], limit: usize) -> String {
    conversation(
        &choices.iter().map(|it| (&it.message, it.finish_reason())),
        limit,
    )
}

/// `gen_ai.tool.definitions`.
pub(super) fn tools(tools: &[Tool], limit: usize) -> String {
    let texts = tools
        .iter()
        .flat_map(|tool| [&tool.description, &tool.parameters]);
    let lengths: Vec<_> = texts.flatten().map(TruncatedText::stored_chars).collect();
    let parts: Vec<_> = tools
        .iter()
        .map(|tool| {
            usize::from(tool.description.is_some()) + usize::from(tool.parameters.is_some())
        })
        .collect();
    let shape = Shape {
        lengths: &lengths,
        parts: &parts,
    };
    fit(limit, shape, |View { cap, skip, .. }| {
        to_string(&First(
            tools.iter().map(|tool| OneTool(tool, cap)),
            tools.len(),
            skip,
        ))
    })
}

/// `gen_ai.retrieval.documents`, with their passages or without.
pub(super) fn documents(documents: &[Document], passages: bool, limit: usize) -> String {
    let all = documents
        .iter()
        .map(|it| (it, it.content.as_ref().filter(|_| passages)));
    let length = |content: Option<&TruncatedText>| content.map_or(0, TruncatedText::stored_chars);
    let lengths: Vec<_> = all.clone().map(|(_, content)| length(content)).collect();
    fit(limit, each(&lengths), |View { cap, skip, .. }| {
        let all = all.clone().map(|(document, content)| OneDocument {
            document,
            content: content.map(|content| (content, cap)),
        });
        // The first ones are those that were meant.
        to_string(&First(all, documents.len(), skip))
    })
}

/// `aws.bedrock.guardrail.policies`.
pub(super) fn policies(policies: &[Policy], limit: usize) -> String {
    let lengths = vec![0; policies.len()];
    fit(limit, each(&lengths), |View { skip, .. }| {
        to_string(&First(policies.iter().map(OnePolicy), policies.len(), skip))
    })
}

/// Some parts of one message.
pub(super) fn parts<'a>(parts: &(impl Iterator<Item = &'a Part> + Clone), limit: usize) -> String {
    let lengths: Vec<_> = parts.clone().map(length).collect();
    fit(limit, each(&lengths), |View { cap, skip, .. }| {
        to_string(&Seq(parts.clone().map(|part| OnePart(part, cap)), skip))
    })
}

/// The tool calls of one message, in the form of the per-message events.
pub(super) fn tool_calls<'a>(
    calls: &(impl Iterator<Item = &'a Part> + Clone),
    limit: usize,
) -> String {
    let lengths: Vec<_> = calls.clone().map(length).collect();
    fit(limit, each(&lengths), |View { cap, skip, .. }| {
        to_string(&Seq(calls.clone().map(|call| OneCall(call, cap)), skip))
    })
}

fn conversation<'a>(
    messages: &(impl Iterator<Item = (&'a Message, Option<&'a str>)> + Clone),
    limit: usize,
) -> String {
    let lengths: Vec<_> = messages
        .clone()
        .flat_map(|(it, _)| &it.parts)
        .map(length)
        .collect();
    let parts: Vec<_> = messages.clone().map(|(it, _)| it.parts.len()).collect();
    let shape = Shape {
        lengths: &lengths,
        parts: &parts,
    };
    fit(limit, shape, |view| {
        let all = messages.clone().map(|(message, reason)| OneMessage {
            message,
            reason,
            view,
        });
        to_string(&Seq(all, view.skip))
    })
}

/// Items of one text each.
fn each(lengths: &[usize]) -> Shape<'_> {
    Shape {
        lengths,
        parts: &[],
    }
}

fn length(part: &Part) -> usize {
    part.content().map_or(0, |(text, _)| text.stored_chars())
}

fn to_string(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A list without its first items, which it counts instead.
struct Seq<I>(I, usize);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Seq<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(items, skip) = self;
        let mut seq = serializer.serialize_seq(None)?;
        if *skip > 0 {
            seq.serialize_element(&Omitted {
                r#type: "truncated",
                omitted: *skip,
            })?;
        }
        for item in items.clone().skip(*skip) {
            seq.serialize_element(&item)?;
        }
        seq.end()
    }
}

/// The first of so many items, and how many more there were.
struct First<I>(I, usize, usize);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for First<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(items, all, omitted) = self;
        let mut seq = serializer.serialize_seq(None)?;
        for item in items.clone().take(all.saturating_sub(*omitted)) {
            seq.serialize_element(&item)?;
        }
        if *omitted > 0 {
            seq.serialize_element(&Omitted {
                r#type: "truncated",
                omitted: *omitted,
            })?;
        }
        seq.end()
    }
}

#[derive(Serialize)]
struct Omitted {
    r#type: &'static str,
    omitted: usize,
}

struct OneMessage<'a> {
    message: &'a Message,
    reason: Option<&'a str>,
    view: View,
}

impl Serialize for OneMessage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self
            .message
            .parts
            .iter()
            .map(|part| OnePart(part, self.view.cap));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("role", &self.message.role)?;
        map.serialize_entry("parts", &Seq(parts, self.view.skip_parts))?;
        optional(
            &mut map,
            "finish_reason",
            self.reason.map(normalize_finish_reason).as_ref(),
        )?;
        map.end()
    }
}

struct OneTool<'a>(&'a Tool, usize);

impl Serialize for OneTool<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(tool, cap) = *self;
        let description = tool.description.as_ref().map(|text| text.truncated_to(cap));
        let parameters = tool
            .parameters
            .as_ref()
            .map(|schema| Content(schema, true, cap));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &tool.kind)?;
        map.serialize_entry("name", &tool.name)?;
        optional(&mut map, "description", description.as_ref())?;
        optional(&mut map, "parameters", parameters.as_ref())?;
        map.end()
    }
}

/// A tool call; of other parts, nothing.
struct OneCall<'a>(&'a Part, usize);

impl Serialize for OneCall<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Function<'a> {
            name: &'a str,
            arguments: Content<'a>,
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
        }) = self.0
        else {
            return serializer.serialize_unit();
        };
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "id", id.as_ref())?;
        map.serialize_entry("type", "function")?;
        let function = Function {
            name,
            arguments: Content(arguments, true, self.1),
        };
        map.serialize_entry("function", &function)?;
        map.end()
    }
}
