//! Spans of the application's own work: searches and tools.

mod document;
mod instrument;
pub(crate) mod retrieval;
pub(crate) mod tool_call;
