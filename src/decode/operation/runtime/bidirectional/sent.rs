//! What the caller says to the model.

use super::{Events, begin, say};
use crate::record::json::Json;
use crate::record::{Call, MAX_TURNS, Message, Part, Tool, base64_len, copy_text};
use crate::semconv::INPUT_MEDIA_BYTES;

pub(super) static EVENTS: Events = &[
    ("audioInput", heard),
    ("contentEnd", ended),
    ("contentStart", |event, call| {
        goes_on(call);
        begin(event, CONTENT, call);
    }),
    ("promptStart", prompted),
    ("sessionStart", started),
    ("textInput", |event, call| say(event, CONTENT, call)),
    ("toolResult", |event, call| say(event, CONTENT, call)),
];

/// The caller names its contents.
const CONTENT: &str = "contentName";

/// What the model said last was not its last word.
pub(super) fn goes_on(call: &mut Call) {
    if let Some(stream) = &mut call.stream {
        stream.completed = false;
    }
}

fn started(event: &Json<'_>, call: &mut Call) {
    if let Some(parameters) = event.get("inferenceConfiguration") {
        call.request.max_tokens = parameters.get_i64("maxTokens");
        call.request.temperature = parameters.get_f64("temperature");
        call.request.top_p = parameters.get_f64("topP");
    }
}

fn prompted(event: &Json<'_>, call: &mut Call) {
    if event.contains_key("audioOutputConfiguration") {
        call.request.output_type = Some("speech");
    }
    let Some(cap) = call.cap() else { return };
    let tools = event.get_path(&["toolConfiguration", "tools"]);
    let tools = tools.map_or(&[][..], Json::as_slice).iter();
    let tools = tools.filter_map(|tool| {
        let tool = tool.get("toolSpec")?;
        // The schema is a text of JSON.
        let schema = tool.get_path(&["inputSchema", "json"]);
        Some(Tool {
            description: tool
                .get_str("description")
                .and_then(|it| copy_text(Some(cap), it)),
            parameters: schema.map(|schema| match schema.as_str() {
                Some(text) => crate::record::content::TruncatedText::copy(cap, text),
                None => schema.to_truncated_text(cap),
            }),
            ..Tool::function(tool.get_str("name")?)
        })
    });
    call.tools.extend(tools);
}

/// Sound is measured and not kept.
fn heard(event: &Json<'_>, call: &mut Call) {
    let bytes = event.get_str("content").map_or(0, base64_len);
    call.extra_attributes
        .add_to_count(INPUT_MEDIA_BYTES, i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// A text or a tool's result is complete; what was said aloud, the model tells.
fn ended(event: &Json<'_>, call: &mut Call) {
    let piece = event
        .get_str(CONTENT)
        .and_then(|key| call.voice_session.end_block(key));
    let Some(piece) = piece else { return };
    let Some(text) = piece.text.filter(|text| !text.is_empty()) else {
        return;
    };
    if piece.role == "system" {
        call.system.push(Part::text(text));
        return;
    }
    let part = match piece.tool_call_id {
        Some(id) => Part::ToolResult {
            id: Some(id),
            response: text,
            json: true,
            failed: false,
        },
        None => Part::text(text),
    };
    turn(Message::new(piece.role, vec![part]), piece.started_at, call);
}

/// Adds a message of the caller's, unless there are more than anyone reads.
pub(super) fn turn(message: Message, at: std::time::SystemTime, call: &mut Call) {
    if call.input.len() < MAX_TURNS {
        let at = Some(at);
        call.input.push(Message {
            timestamp: at,
            ..message
        });
    } else {
        call.note_unreadable("a conversation has more turns than are kept");
    }
}
