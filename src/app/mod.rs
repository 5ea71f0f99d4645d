//! Spans of the application's own work: closures enter, their results leave
//! unchanged. Feedback and evaluations are recorded here too. Uses `config`, `emit`,
//! `feedback`, `record` and `decode`. Public as `rag` and `tools`.

mod feedback;
mod instrument;
pub(crate) mod rag;
pub(crate) mod tools;
