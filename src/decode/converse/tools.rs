//! Definitions of tools.

use crate::record::Tool;
use crate::record::content::TruncatedText;
use crate::record::json::Json;

/// Reads the tools of a `toolConfig`. Cache points between them are left out.
pub(super) fn read_tools(config: &Json<'_>, cap: usize) -> Vec<Tool> {
    let tools = config.get_array("tools").iter();
    tools.filter_map(|tool| read_tool(tool, cap)).collect()
}

fn read_tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    if let Some(system) = tool.get("systemTool") {
        return Some(Tool {
            kind: "system_tool".into(),
            ..Tool::function(system.get_str("name")?)
        });
    }
    let spec = tool.get("toolSpec")?;
    let description = spec.get_str("description");
    let schema = spec.get_path(&["inputSchema", "json"]);
    Some(Tool {
        description: description.map(|text| TruncatedText::copy(cap, text)),
        parameters: schema.map(|schema| schema.to_truncated_text(cap)),
        ..Tool::function(spec.get_str("name")?)
    })
}
