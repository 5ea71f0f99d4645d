//! Text of the caller and the service that becomes messages.

use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};

/// Adds a user message, if content may be copied.
pub(super) fn push_user_text(text: Option<&str>, call: &mut Call) {
    let text = text.and_then(|text| copy_text(call.cap(), text));
    let message = text.map(|text| Message::new("user", vec![Part::text(text)]));
    call.input.extend(message);
}

/// Appends to a content block of the answer.
pub(super) fn push_answer_text(block: i64, text: Option<&str>, call: &mut Call) {
    let cap = call.cap();
    if let Some(text) = text
        && let Some(choice) = call.assistant_choice()
    {
        choice.push_text(cap, block, text);
    }
}

/// Adds a content block to the answer.
pub(super) fn push_answer_block(text: &str, call: &mut Call) {
    let choice = call.response.choices.first();
    let parts = choice.map_or(0, |choice| choice.message.parts.len());
    let block = i64::try_from(parts).unwrap_or(i64::MAX);
    push_answer_text(block, Some(text), call);
}

/// Appends to the reasoning before the answer.
pub(super) fn push_reasoning_text(text: Option<&str>, call: &mut Call) {
    let cap = call.cap();
    if let Some(text) = text
        && let Some(choice) = call.assistant_choice()
    {
        choice.push_reasoning(cap, 0, text);
    }
}

/// The text at the end of a path of members.
pub(super) fn get_text<'a>(value: &'a Json<'_>, path: &[&str]) -> Option<&'a str> {
    value.get_path(path)?.as_str()
}
