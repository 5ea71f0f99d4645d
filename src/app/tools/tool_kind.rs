//! The kind of a tool.

/// The kind of a tool: `gen_ai.tool.type`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ToolKind {
    /// The tool reads data.
    Datastore,
    /// The agent's provider runs the tool.
    Extension,
    /// The application runs the tool.
    #[default]
    Function,
}

impl ToolKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Datastore => "datastore",
            Self::Extension => "extension",
            Self::Function => "function",
        }
    }
}
