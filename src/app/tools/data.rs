//! Arguments and results of tools.

use std::fmt;

use aws_smithy_types::Document;

use crate::decode::document::convert_document;
use crate::record::content::TruncatedText;

/// Arguments or result of a tool: JSON, plain text or a document of the SDK.
///
/// ```
/// use aws_smithy_types::Document;
/// use nr_bedrock_observability::tools::Data;
///
/// let state = Document::Object([("state".to_owned(), "shipped".into())].into());
/// for data in [Data::from(state), r#"{"state":"shipped"}"#.into()] {
///     # drop(data);
/// }
/// ```
#[derive(Clone)]
pub struct Data(Form);

#[derive(Clone)]
enum Form {
    Document(Document),
    Text(String),
}

impl Data {
    /// The first `cap` characters.
    pub(super) fn to_text(&self, cap: usize) -> TruncatedText {
        match &self.0 {
            Form::Document(document) => {
                let mut json = convert_document(document);
                json.sort_members();
                json.to_truncated_text(cap)
            }
            Form::Text(text) => TruncatedText::copy(cap, text),
        }
    }
}

impl From<Document> for Data {
    fn from(document: Document) -> Self {
        Self(Form::Document(document))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self(Form::Text(text))
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self(Form::Text(text.to_owned()))
    }
}

/// Without the data, which is content.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Data(..)")
    }
}
