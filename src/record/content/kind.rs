//! Where a piece of content comes from.

/// Where a piece of content comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ContentKind {
    /// The message of an error that the service returned. It may quote the
    /// request.
    Error,
    /// The free text of feedback or of an evaluation.
    Feedback,
    /// A message of the request: the user's, or the model's of an earlier turn.
    /// Also the name of a document in one, the address of an image, and the value
    /// of a prompt variable.
    Input,
    /// A message of the response.
    Output,
    /// The model's reasoning.
    Reasoning,
    /// A passage of a document that a search returned.
    RetrievedDocument,
    /// A system prompt.
    System,
    /// The arguments of a tool call, as JSON.
    ToolArguments,
    /// The description or the input schema of a tool that the model may call.
    ToolDefinition,
    /// The result of a tool call, as JSON.
    ToolResult,
}
