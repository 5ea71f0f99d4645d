//! Events that the model sends: its answers and the transcript of what it heard.

use std::time::SystemTime;

use super::voice_chunk::{
    TOO_MANY_TURNS, begin_block, end_block, push_block_text, push_turn, set_completed,
};
use crate::decode::operation::table_operation::EventTable;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Choice, Message, Part, Usage, VoiceBlock, base64_len};
use crate::semconv::CONVERSATION_ID;

pub(super) static EVENTS: EventTable = &[
    ("audioOutput", count_audio),
    ("completionEnd", |_, call| set_completed(true, call)),
    ("completionStart", read_completion_start),
    ("contentEnd", end_output_block),
    ("contentStart", |event, call| {
        begin_block(event, BLOCK_KEY, call);
    }),
    ("textOutput", |event, call| {
        push_block_text(event, BLOCK_KEY, call);
    }),
    ("toolUse", push_tool_call),
    ("usageEvent", update_usage),
];

/// The model numbers its content blocks.
const BLOCK_KEY: &str = "contentId";

fn read_completion_start(event: &Json<'_>, call: &mut Call) {
    call.extra_attributes
        .insert_text(CONVERSATION_ID, event.get_str("sessionId"));
    call.response.id = event.get_id("completionId").or(call.response.id.take());
    set_completed(false, call);
}

/// Audio is counted in bytes and not kept.
fn count_audio(event: &Json<'_>, call: &mut Call) {
    let bytes = event.get_str("content").map_or(0, base64_len);
    let media = &mut call.response.media;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    media.bytes = media.bytes.saturating_add(bytes);
}

fn end_output_block(event: &Json<'_>, call: &mut Call) {
    let Some(block) = end_block(event, BLOCK_KEY, call) else {
        return;
    };
    if !block.is_text {
        if event.get_str("type") == Some("AUDIO") && block.role == "assistant" {
            let media = &mut call.response.media;
            media.count = media.count.saturating_add(1);
        }
        return;
    }
    // Speculative text is sent again once it was spoken.
    if block.is_speculative {
        return;
    }
    if block.role == "assistant" {
        push_answer(block, event.get_str("stopReason"), call);
    } else if let Some(text) = block.text.filter(|text| !text.is_empty()) {
        let message = Message::new(block.role, vec![Part::text(text)]);
        push_turn(message, block.started_at, call);
    }
}

/// Appends to the model's turn, which ends with a stop reason.
fn push_answer(block: VoiceBlock, reason: Option<&str>, call: &mut Call) {
    let cap = call.cap();
    let Some(choice) = current_turn(block.started_at, call) else {
        return;
    };
    if let Some(text) = block.text {
        choice.push_text(cap, 0, text.as_str());
    }
    choice.stop_reason = reason.filter(|it| *it != PARTIAL).map(str::to_owned);
}

fn push_tool_call(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let Some(choice) = current_turn(SystemTime::now(), call) else {
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

/// The model's turn that has no stop reason yet, or a new one.
fn current_turn(at: SystemTime, call: &mut Call) -> Option<&mut Choice> {
    let choices = &call.response.choices;
    let is_open = choices.last().is_some_and(|it| it.stop_reason.is_none());
    let index = choices.len().saturating_sub(usize::from(is_open));
    if call.turn_mut(index).is_none() {
        call.note_unreadable(TOO_MANY_TURNS);
    }
    let choice = call.turn_mut(index)?;
    choice.message.role = "assistant".into();
    choice.message.timestamp.get_or_insert(at);
    Some(choice)
}

/// Usage events hold the session's totals.
fn update_usage(event: &Json<'_>, call: &mut Call) {
    call.usage.update(&Usage {
        input: event.get_count("totalInputTokens"),
        output: event.get_count("totalOutputTokens"),
        ..Usage::default()
    });
}

const PARTIAL: &str = "PARTIAL_TURN";
