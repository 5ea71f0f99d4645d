//! One execution of a tool.

use super::content::{ContentKind, Redactor, TruncatedText};

#[derive(Debug, Default)]
pub(crate) struct ToolRun {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// `extension` if the service runs it, `function` if the caller does.
    pub(crate) kind: &'static str,
    /// JSON.
    pub(crate) arguments: Option<TruncatedText>,
    pub(crate) result: Option<TruncatedText>,
}

impl ToolRun {
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        if let Some(arguments) = &mut self.arguments {
            arguments.redact(redactor, ContentKind::ToolArguments);
        }
        if let Some(result) = &mut self.result {
            result.redact(redactor, ContentKind::ToolResult);
        }
    }
}
