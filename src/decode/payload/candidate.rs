//! Candidates of a response: their text, their images and why the model stopped.

use super::image::media_from_text;
use crate::record::{Call, Part};

/// One candidate of an answer, or a piece of it, and why the model stopped.
pub(super) fn push_text(
    call: &mut Call,
    candidate: usize,
    text: Option<&str>,
    reason: Option<&str>,
) {
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

/// One image of an answer, in base64, and why the model made it or did not.
pub(super) fn push_image(
    call: &mut Call,
    candidate: usize,
    image: Option<&str>,
    reason: Option<&str>,
) {
    let cap = call.cap();
    let Some(choice) = call.choice_mut(candidate) else {
        return;
    };
    choice.message.role = "assistant".into();
    choice.stop_reason = reason.map(str::to_owned);
    let Some(image) = image else { return };
    let media = media_from_text(image);
    let bytes = i64::try_from(media.bytes.unwrap_or(0)).unwrap_or(i64::MAX);
    if cap.is_some() {
        choice.start_block(0, Part::Media(media));
    }
    let outputs = &mut call.response.media;
    outputs.count = outputs.count.saturating_add(1);
    outputs.bytes = outputs.bytes.saturating_add(bytes);
}
