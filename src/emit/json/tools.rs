//! `gen_ai.tool.definitions`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::list::{Omit, list_to_json};
use super::part::{JsonContent, serialize_if_some};
use crate::emit::truncate::{TextLengths, Truncation};
use crate::record::Tool;
use crate::record::content::TruncatedText;

pub(in crate::emit) fn tools_to_json(tools: &[Tool], limit: usize) -> String {
    let texts = |tool: &Tool| {
        let texts = [&tool.description, &tool.parameters];
        texts.map(|text| text.as_ref().map(TruncatedText::stored_chars))
    };
    let chars: Vec<_> = tools.iter().flat_map(texts).flatten().collect();
    let parts = tools
        .iter()
        .map(|tool| texts(tool).iter().flatten().count());
    let lengths = TextLengths {
        texts: &chars,
        parts: &parts.collect::<Vec<_>>(),
    };
    let form = |tool, truncation: Truncation| JsonTool {
        tool,
        text_limit: truncation.text_limit,
    };
    list_to_json(&tools.iter(), lengths, limit, Omit::Last, form)
}

struct JsonTool<'a> {
    tool: &'a Tool,
    text_limit: usize,
}

impl Serialize for JsonTool<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { tool, text_limit } = *self;
        let description = tool.description.as_ref();
        let description = description.map(|text| text.truncated_to(text_limit));
        let parameters = tool.parameters.as_ref().map(|text| JsonContent {
            text,
            is_json: true,
            text_limit,
        });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &tool.kind)?;
        map.serialize_entry("name", &tool.name)?;
        serialize_if_some(&mut map, "description", description.as_ref())?;
        serialize_if_some(&mut map, "parameters", parameters.as_ref())?;
        map.end()
    }
}
