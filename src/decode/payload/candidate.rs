//! Candidates of a response: their text, their images and why the model stopped.

use super::image::media_from_text;
use crate::record::json::Json;
use crate::record::{Call, Part};

/// The index of a candidate in its own member `index`, or its position.
pub(super) fn candidate_index(candidate: &Json<'_>, position: usize) -> usize {
    let index = candidate.get_count("index").map(usize::try_from);
    index.and_then(Result::ok).unwrap_or(position)
}

/// Appends text to a candidate. A stop reason completes the stream.
pub(super) fn push_text(call: &mut Call, index: usize, text: Option<&str>, reason: Option<&str>) {
    let cap = call.cap();
    let Some(choice) = call.choice_mut(index) else {
        return;
    };
    choice.message.role = "assistant".into();
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        choice.push_text(cap, 0, text);
    }
    if let Some(reason) = reason {
        choice.stop_reason = Some(reason.to_owned());
        call.complete_stream();
    }
}

/// Adds a candidate that is an image in base64, or the reason why there is
/// none.
pub(super) fn push_image(call: &mut Call, index: usize, image: Option<&str>, reason: Option<&str>) {
    let cap = call.cap();
    let Some(choice) = call.choice_mut(index) else {
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
