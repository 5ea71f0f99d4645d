//! Requests with a prompt instead of messages.

use super::format::PayloadFormat;
use super::{image, parameters};
use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};

/// Reads a request with its prompt in the member `key`.
///
/// A prompt alone may be one for an image. The operation is set only if the
/// request has parameters of text generation, or the model is known.
pub(super) fn read_prompt(
    format: &dyn PayloadFormat,
    body: &Json<'_>,
    key: &str,
    is_hinted: bool,
    call: &mut Call,
) -> bool {
    let is_prompt = |value: &Json<'_>| value.as_str().is_some() || value.is_array();
    if !body.get(key).is_some_and(is_prompt) {
        return false;
    }
    for parameters in [Some(body), body.get("parameters")].into_iter().flatten() {
        parameters::read_parameters(parameters, &mut call.request);
    }
    if is_hinted || parameters::has_text_parameters(&call.request) {
        call.operation = Some(format.operation());
    }
    call.input = read_user_message(body, &[key], &["images"], call.cap());
    true
}

/// The user's message: texts and images in members of a body, each a single
/// value or a list. Empty without any of them.
pub(super) fn read_user_message(
    body: &Json<'_>,
    texts: &[&str],
    images: &[&str],
    cap: Option<usize>,
) -> Vec<Message> {
    let texts = texts.iter().flat_map(|key| list_items(body.get(key)));
    let texts = texts.filter_map(|it| Some(Part::text(copy_text(cap, it.as_str()?)?)));
    let images = images.iter().flat_map(|key| list_items(body.get(key)));
    let images = images.filter_map(|it| image::read_image(it, cap));
    user_message(texts.chain(images))
}

/// A message of these parts; none without a part.
pub(super) fn user_message(parts: impl Iterator<Item = Part>) -> Vec<Message> {
    let parts: Vec<Part> = parts.collect();
    if parts.is_empty() {
        return Vec::new();
    }
    vec![Message::new("user", parts)]
}

/// The items of a list, or the single value in its place.
pub(super) fn list_items<'a, 'b>(value: Option<&'a Json<'b>>) -> &'a [Json<'b>] {
    match value {
        Some(Json::Array(items)) => items,
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
}
