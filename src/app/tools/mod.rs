//! Tool executions.

mod data;
mod tool_call;
mod tool_kind;

pub use self::data::Data;
pub use self::tool_call::ToolCall;
pub use self::tool_kind::ToolKind;
