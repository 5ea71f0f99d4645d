//! Definitions of the tools that a model may call.

use crate::record::Tool;
use crate::record::content::TruncatedText;
use crate::record::json::Json;

/// A tool by its members `name` and `description`, and its JSON schema.
pub(super) fn read_tool(tool: &Json<'_>, schema: Option<&Json<'_>>, cap: usize) -> Option<Tool> {
    let mut definition = Tool::function(tool.get_str("name")?);
    let description = tool.get_str("description");
    definition.description = description.map(|text| TruncatedText::copy(cap, text));
    definition.parameters = schema.map(|schema| schema.to_truncated_text(cap));
    Some(definition)
}
