//! What the model says, and what it heard.

use std::time::SystemTime;

use super::sent::{goes_on, turn};
use super::{Events, begin, say};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Choice, Message, Part, Usage, VoiceBlock, base64_len};
use crate::semconv::CONVERSATION_ID;

pub(super) static EVENTS: Events = &[
    ("audioOutput", spoken),
    ("completionEnd", completed),
    ("completionStart", began),
    ("contentEnd", ended),
    ("contentStart", |event, call| begin(event, CONTENT, call)),
    ("textOutput", |event, call| say(event, CONTENT, call)),
    ("toolUse", called),
    ("usageEvent", used),
];

/// The model numbers its contents.
const CONTENT: &str = "contentId";

fn began(event: &Json<'_>, call: &mut Call) {
    call.extra_attributes
        .insert_text(CONVERSATION_ID, event.get_str("sessionId"));
    call.response.id = event.get_id("completionId").or(call.response.id.take());
    goes_on(call);
}

fn completed(_: &Json<'_>, call: &mut Call) {
    if let Some(stream) = &mut call.stream {
        stream.completed = true;
    }
}

/// Sound is measured and not kept.
fn spoken(event: &Json<'_>, call: &mut Call) {
    let bytes = event.get_str("content").map_or(0, base64_len);
    let media = &mut call.response.media;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    media.bytes = media.bytes.saturating_add(bytes);
}

fn ended(event: &Json<'_>, call: &mut Call) {
    let piece = event
        .get_str(CONTENT)
        .and_then(|key| call.voice_session.end_block(key));
    let Some(piece) = piece else { return };
    if !piece.is_text {
        if event.get_str("type") == Some("AUDIO") && piece.role == "assistant" {
            let media = &mut call.response.media;
            media.count = media.count.saturating_add(1);
        }
        return;
    }
    if piece.is_speculative {
        return;
    }
    if piece.role == "assistant" {
        answered(piece, event.get_str("stopReason"), call);
    } else if let Some(text) = piece.text.filter(|text| !text.is_empty()) {
        let message = Message::new(piece.role, vec![Part::text(text)]);
        turn(message, piece.started_at, call);
    }
}

/// A part of what the model says; it says so until it stops for a reason.
fn answered(piece: VoiceBlock, reason: Option<&str>, call: &mut Call) {
    let cap = call.cap();
    let Some(choice) = choice(piece.started_at, call) else {
        return;
    };
    if let Some(text) = piece.text {
        choice.push_text(cap, 0, text.as_str());
    }
    choice.stop_reason = reason.filter(|it| *it != PARTIAL).map(str::to_owned);
}

/// The model wants a tool to be run.
fn called(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let Some(choice) = choice(SystemTime::now(), call) else {
        return;
    };
    if let Some(cap) = cap {
        let part = Part::ToolCall {
            id: event.get_id("toolUseId"),
            name: event.get_str("toolName").unwrap_or_default().to_owned(),
            arguments: TruncatedText::copy(cap, event.get_str("content").unwrap_or_default()),
        };
        choice.push_part(part);
    }
    choice.stop_reason = Some("TOOL_USE".to_owned());
}

/// The turn that the model is in, or its next one.
fn choice(at: SystemTime, call: &mut Call) -> Option<&mut Choice> {
    let choices = &call.response.choices;
    let goes_on = choices.last().is_some_and(|it| it.stop_reason.is_none());
    let index = choices.len().saturating_sub(usize::from(goes_on));
    if call.turn_mut(index).is_none() {
        call.note_unreadable("a conversation has more turns than are kept");
    }
    let choice = call.turn_mut(index)?;
    choice.message.role = "assistant".into();
    choice.message.timestamp.get_or_insert(at);
    Some(choice)
}

/// Tokens of the session so far, of speech and of text.
fn used(event: &Json<'_>, call: &mut Call) {
    call.usage.update(&Usage {
        input: event.get_count("totalInputTokens"),
        output: event.get_count("totalOutputTokens"),
        ..Usage::default()
    });
}

const PARTIAL: &str = "PARTIAL_TURN";
