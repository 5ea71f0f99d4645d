//! One execution of a tool.

use super::content::{ContentKind, Redactor, TruncatedText};
use super::json::remove_json_media;

#[derive(Debug, Default)]
pub(crate) struct ToolRun {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// `extension` if the service runs it, `function` if the caller does.
    pub(crate) kind: &'static str,
    pub(crate) description: Option<TruncatedText>,
    /// JSON.
    pub(crate) arguments: Option<TruncatedText>,
    pub(crate) result: Option<TruncatedText>,
}

impl ToolRun {
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        if let Some(description) = &mut self.description {
            description.redact(redactor, ContentKind::ToolDefinition);
        }
        if let Some(arguments) = &mut self.arguments {
            remove_json_media(arguments);
            arguments.redact(redactor, ContentKind::ToolArguments);
        }
        if let Some(result) = &mut self.result {
            remove_json_media(result);
            result.redact(redactor, ContentKind::ToolResult);
        }
    }
}
