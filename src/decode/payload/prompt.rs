//! Requests that are one text, and answers that are texts: what the dialects
//! from before the messages have in common.

use super::{Family, parameters};
use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};

/// Reads a request that holds its prompt under `key`.
///
/// A prompt alone may be one for an image: only where the parameters are those
/// of text, or the model is known to write it, is that said.
pub(super) fn request(
    family: &dyn Family,
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
    parameters::read(body, &mut call.request);
    if let Some(nested) = body.get("parameters") {
        parameters::read(nested, &mut call.request);
    }
    if hinted || parameters::of_text(&call.request) {
        call.operation = Some(family.operation());
    }
    call.input = user((body, &[key]), &["images"], call.cap());
    true
}

/// The user's message in a body: the texts and the images that its members
/// hold, each one or a list.
pub(super) fn user(
    (body, texts): (&Json<'_>, &[&str]),
    images: &[&str],
    cap: Option<usize>,
) -> Vec<Message> {
    let texts = texts
        .iter()
        .flat_map(|key| each(body.get(key)))
        .filter_map(|it| Some(Part::text(copy_text(cap, it.as_str()?)?)));
    let images = images
        .iter()
        .flat_map(|key| each(body.get(key)))
        .filter_map(|it| super::image::part(it, cap));
    let parts: Vec<Part> = texts.chain(images).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    vec![Message::new("user", parts)]
}

/// The items of a list, or the one value that stands in its place.
pub(super) fn each<'a, 'b>(value: Option<&'a Json<'b>>) -> &'a [Json<'b>] {
    match value {
        Some(Json::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// One candidate of an answer, or a piece of it, and why the model stopped.
pub(super) fn answer(call: &mut Call, candidate: usize, text: Option<&str>, reason: Option<&str>) {
    let cap = call.cap();
    let Some(choice) = call.choice_mut(candidate) else {
        return;
    };
    choice.message.role = "assistant".into();
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        choice.push_text(cap, 0, text);
    }
    if let Some(reason) = reason {
        choice.stop_reason = Some(reason.to_owned());
        if let Some(stream) = &mut call.stream {
            stream.completed = true;
        }
    }
}
