//! The SDK's free-form documents as JSON values.

use aws_smithy_types::{Document, Number};

use crate::record::json::Json;

/// Converts a document to a JSON value that borrows from it. What is nested deeper
/// than a JSON parser accepts becomes `null`. The SDK keeps members in no order: sort
/// them where equal documents should give equal text.
pub(crate) fn convert_document(document: &Document) -> Json<'_> {
    convert_nested(document, MAX_DEPTH)
}

fn convert_nested(document: &Document, depth: usize) -> Json<'_> {
    let Some(depth) = depth.checked_sub(1) else {
        return Json::Null;
    };
    match document {
        Document::Array(items) => {
            let items = items.iter().map(|item| convert_nested(item, depth));
            Json::Array(items.collect())
        }
        Document::Bool(flag) => Json::Bool(*flag),
        Document::Null => Json::Null,
        Document::Number(Number::Float(float)) => Json::Float(*float),
        Document::Number(number) => {
            let int = i64::try_from(*number).map(Json::Int);
            int.unwrap_or_else(|_| Json::Float(number.to_f64_lossy()))
        }
        Document::Object(members) => {
            let members = members.iter();
            let members =
                members.map(|(name, value)| (name.as_str().into(), convert_nested(value, depth)));
            Json::Object(members.collect())
        }
        Document::String(text) => Json::Text(text.as_str().into()),
    }
}

const MAX_DEPTH: usize = 128;
