//! The SDK's free-form documents, read as JSON.

use std::borrow::Cow;

use aws_smithy_types::{Document, Number};

use crate::record::content::TruncatedText;
use crate::record::json::Json;

/// A document as JSON text without media.
pub(crate) fn to_truncated_text(document: &Document, cap: usize) -> TruncatedText {
    to_json(document).to_truncated_text(cap)
}

/// A document as a JSON value that borrows from it. Members are sorted: the SDK
/// keeps them in no order, and telemetry of equal calls should be equal. What is
/// nested deeper than in any body is left out.
fn to_json(document: &Document) -> Json<'_> {
    nested(document, MAX_DEPTH)
}

fn nested(document: &Document, depth: usize) -> Json<'_> {
    let Some(below) = depth.checked_sub(1) else {
        return Json::Null;
    };
    match document {
        Document::Array(items) => {
            Json::Array(items.iter().map(|item| nested(item, below)).collect())
        }
        Document::Bool(bool) => Json::Bool(*bool),
        Document::Null => Json::Null,
        Document::Number(number) => match *number {
            Number::NegInt(int) => Json::Int(int),
            Number::PosInt(int) => {
                i64::try_from(int).map_or_else(|_| Json::Float(number.to_f64_lossy()), Json::Int)
            }
            Number::Float(float) => Json::Float(float),
        },
        Document::Object(members) => {
            let members = members.iter();
            let mut members: Vec<_> = members
                .map(|(key, value)| (Cow::Borrowed(key.as_str()), nested(value, below)))
                .collect();
            members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            Json::Object(members)
        }
        Document::String(text) => Json::Text(Cow::Borrowed(text)),
    }
}

/// That of readers of JSON.
const MAX_DEPTH: usize = 128;
