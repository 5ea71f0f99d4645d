//! The parameters of a request.

use super::content::TruncatedText;

/// Parameters that the caller set, beside the messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) max_tokens: Option<i64>,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) top_k: Option<i64>,
    pub(crate) frequency_penalty: Option<f64>,
    pub(crate) presence_penalty: Option<f64>,
    pub(crate) seed: Option<i64>,
    pub(crate) choice_count: Option<i64>,
    pub(crate) stop_sequences: Vec<String>,
    pub(crate) encoding_formats: Vec<String>,
    /// `text`, `json`, `image` or `speech`.
    pub(crate) output_type: Option<&'static str>,
    /// The effort, as the caller wrote it.
    pub(crate) reasoning_level: Option<String>,
    /// Names and values of a prompt template's variables. Values are content.
    pub(crate) prompt_variables: Vec<(String, TruncatedText)>,
}
