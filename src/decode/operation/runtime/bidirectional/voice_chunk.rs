//! What both sides of the session have in common: chunks of model events, content
//! blocks, turns.

use std::time::SystemTime;

use aws_smithy_types::base64;

use crate::decode::operation::table_operation::EventTable;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, MAX_TURNS, Message, VoiceBlock};

/// Reads a chunk: it holds events of the model, each as `{"event": {name: …}}`.
pub(super) fn read_chunk(chunk: &Json<'_>, events: EventTable, call: &mut Call) {
    let bytes = base64::decode(chunk.get_str("bytes").unwrap_or_default());
    let Some(Json::Object(body)) = bytes.as_deref().ok().and_then(Json::parse) else {
        call.note_unreadable("session chunk is not JSON");
        return;
    };
    for (_, event) in body.iter().filter(|(member, _)| member == "event") {
        let Json::Object(members) = event else {
            continue;
        };
        for (name, event) in members {
            if let Some((_, read)) = events.iter().find(|(known, _)| known == name) {
                read(event, call);
            }
        }
    }
}

/// Opens a content block. `key` is the member that names it.
pub(super) fn begin_block(event: &Json<'_>, key: &str, call: &mut Call) {
    let Some(key) = event.get_string(key) else {
        return;
    };
    let fields = event.get_str("additionalModelFields").unwrap_or_default();
    let fields = Json::parse(fields.as_bytes());
    let stage = fields.as_ref().and_then(|it| it.get_str("generationStage"));
    let tool = event.get("toolResultInputConfiguration");
    let cap = call.cap();
    call.voice_session.start_block(VoiceBlock {
        key,
        role: event.get_str("role").unwrap_or("user").to_ascii_lowercase(),
        started_at: SystemTime::now(),
        text: cap.map(TruncatedText::new),
        tool_call_id: tool.and_then(|tool| tool.get_id("toolUseId")),
        is_speculative: stage == Some("SPECULATIVE"),
        is_text: event.get_str("type") == Some("TEXT"),
    });
}

/// Appends text to an open content block.
pub(super) fn push_block_text(event: &Json<'_>, key: &str, call: &mut Call) {
    let block = event
        .get_str(key)
        .and_then(|key| call.voice_session.find_block(key));
    let text = block.and_then(|block| block.text.as_mut());
    if let (Some(text), Some(more)) = (text, event.get_str("content")) {
        text.push(more);
    }
}

/// Closes a content block.
pub(super) fn end_block(event: &Json<'_>, key: &str, call: &mut Call) -> Option<VoiceBlock> {
    call.voice_session.end_block(event.get_str(key)?)
}

/// Marks the session as complete, or as continued by a further turn.
pub(super) fn set_completed(completed: bool, call: &mut Call) {
    if let Some(stream) = &mut call.stream {
        stream.completed = completed;
    }
}

/// Adds an input message, up to the limit of turns.
pub(super) fn push_turn(message: Message, at: SystemTime, call: &mut Call) {
    if call.input.len() < MAX_TURNS {
        let at = Some(at);
        call.input.push(Message {
            timestamp: at,
            ..message
        });
    } else {
        call.note_unreadable(TOO_MANY_TURNS);
    }
}

pub(super) const TOO_MANY_TURNS: &str = "session has more turns than are kept";
