//! Results of tools. Media in them are named and never copied.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::record::Part;
use crate::record::content::TruncatedText;
use crate::record::json::{Json, serialize_truncated};

/// A single text stays plain; anything else is recorded as JSON.
pub(super) fn read_tool_result(result: &Json<'_>, cap: usize) -> Part {
    let content = result.get_array("content");
    let (response, json) = match content {
        [item] if item.contains_key("text") => {
            let text = item.get_str("text").unwrap_or_default();
            (TruncatedText::copy(cap, text), false)
        }
        [item] => (serialize_truncated(&Item(item), cap), true),
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
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Item))
    }
}

struct Item<'a>(&'a Json<'a>);

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(json) = self.0.get("json") {
            return json.serialize(serializer);
        }
        if let Some(text) = self.0.get_str("text") {
            return serializer.serialize_str(text);
        }
        let mut kinds = KINDS.iter();
        let kind = kinds.find_map(|(member, kind, name)| {
            let block = self.0.get(member)?;
            Some((*kind, name.and_then(|name| block.get_str(name))))
        });
        let (kind, name) = kind.unwrap_or(("unknown", None));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", kind)?;
        if let Some(name) = name {
            map.serialize_entry("name", name)?;
        }
        map.end()
    }
}

/// Members of an item, the kind that is recorded, and the block's member that
/// names it.
const KINDS: &[(&str, &str, Option<&str>)] = &[
    ("document", "document", Some("name")),
    ("image", "image", None),
    ("searchResult", "search_result", Some("source")),
    ("video", "video", None),
];
