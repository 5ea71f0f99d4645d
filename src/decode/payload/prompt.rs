//! Requests that are one text, and answers that are texts: what the dialects
//! from before the messages have in common.

use super::format::PayloadFormat;
use super::{image, parameters};
use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};

/// Reads a request that holds its prompt under `key`.
///
/// A prompt alone may be one for an image: only where the parameters are those
/// of text, or the model is known to write it, is that said.
pub(super) fn read_prompt(
    format: &dyn PayloadFormat,
    (body, key): (&Json<'_>, &str),
    hinted: bool,
    call: &mut Call,
) -> bool {
    if !body
        .get(key)
        .is_some_and(|prompt| prompt.as_str().is_some() || prompt.is_array())
    {
        return false;
    }
    parameters::read_parameters(body, &mut call.request);
    if let Some(nested) = body.get("parameters") {
        parameters::read_parameters(nested, &mut call.request);
    }
    if hinted || parameters::ask_for_text(&call.request) {
        call.operation = Some(format.operation());
    }
    call.input = user_messages((body, &[key]), &["images"], call.cap());
    true
}

/// The user's message in a body: the texts and the images that its members
/// hold, each one or a list.
pub(super) fn user_messages(
    (body, texts): (&Json<'_>, &[&str]),
    images: &[&str],
    cap: Option<usize>,
) -> Vec<Message> {
    let texts = texts
        .iter()
        .flat_map(|key| list_items(body.get(key)))
        .filter_map(|it| Some(Part::text(copy_text(cap, it.as_str()?)?)));
    let images = images
        .iter()
        .flat_map(|key| list_items(body.get(key)))
        .filter_map(|it| image::read_image(it, cap));
    let parts: Vec<Part> = texts.chain(images).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    vec![Message::new("user", parts)]
}

/// The items of a list, or the one value that stands in its place.
pub(super) fn list_items<'a, 'b>(value: Option<&'a Json<'b>>) -> &'a [Json<'b>] {
    match value {
        Some(Json::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}
