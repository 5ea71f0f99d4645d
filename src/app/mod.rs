//! Spans of the application's own work: closures enter, their results leave
//! unchanged. Uses `config`, `emit`, `record` and `decode`. Public as `rag` and
//! `tools`.

mod instrument;
pub(crate) mod rag;
pub(crate) mod tools;
