//! Spans of the application's own work: searches and tools.

mod instrument;
pub(crate) mod retrieval;
pub(crate) mod tool_call;
