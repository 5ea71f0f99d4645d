//! `InvokeModelWithBidirectionalStream`: a conversation by voice, as Nova Sonic
//! has it. One span is the whole session.

use std::time::SystemTime;

use aws_sdk_bedrockruntime::operation::invoke_model_with_bidirectional_stream::{
    InvokeModelWithBidirectionalStreamError, InvokeModelWithBidirectionalStreamInput,
};
use aws_smithy_types::base64;

use crate::decode::operation::RUNTIME;
use crate::decode::operation::typed::Typed;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, VoiceBlock};
use crate::semconv::operation::CHAT;

mod received;
mod sent;

pub(crate) static INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM: Typed<
    InvokeModelWithBidirectionalStreamInput,
    InvokeModelWithBidirectionalStreamError,
> = Typed::new(RUNTIME, "InvokeModelWithBidirectionalStream")
    .named(CHAT)
    .ids(|input: &InvokeModelWithBidirectionalStreamInput, call| {
        call.model.clone_from(&input.model_id);
    })
    .sent_event(|name, event, call| read(name, event, sent::EVENTS, call))
    .event(|name, event, call| read(name, event, received::EVENTS, call))
    .last_word();

type Events = &'static [(&'static str, fn(&Json<'_>, &mut Call))];

/// Reads what a chunk holds: one event of the model's own.
fn read(name: &str, chunk: &Json<'_>, known: Events, call: &mut Call) {
    if name != "chunk" {
        return;
    }
    let bytes = base64::decode(chunk.get_str("bytes").unwrap_or_default());
    let Some(Json::Object(body)) = bytes.as_deref().ok().and_then(Json::parse) else {
        call.note_unreadable("a chunk of the conversation is no JSON");
        return;
    };
    let events = body.iter().filter(|(member, _)| member == "event");
    for (_, event) in events {
        let Json::Object(kinds) = event else { continue };
        for (kind, event) in kinds {
            if let Some((_, read)) = known.iter().find(|(known, _)| known == kind) {
                read(event, call);
            }
        }
    }
}

/// Begins a piece of a turn.
fn begin(event: &Json<'_>, key: &str, call: &mut Call) {
    let Some(key) = event.get_string(key) else {
        return;
    };
    let kind = event.get_str("type");
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
        is_text: kind == Some("TEXT"),
    });
}

/// Adds to what is said.
fn say(event: &Json<'_>, key: &str, call: &mut Call) {
    let piece = event
        .get_str(key)
        .and_then(|key| call.voice_session.find_block(key));
    let text = piece.and_then(|piece| piece.text.as_mut());
    if let (Some(text), Some(more)) = (text, event.get_str("content")) {
        text.push(more);
    }
}
