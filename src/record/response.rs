//! The response of a call.

use super::Choice;

#[derive(Debug, Default)]
pub(crate) struct Response {
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) stop_sequence: Option<String>,
    /// Length of an embeddings model's vectors.
    pub(crate) dimensions: Option<i64>,
    pub(crate) media: OutputMedia,
}

/// Images, videos or speech in a response.
#[derive(Debug, Default)]
pub(crate) struct OutputMedia {
    pub(crate) count: i64,
    pub(crate) bytes: i64,
}
