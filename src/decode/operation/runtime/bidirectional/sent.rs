//! What the caller says to the model.

use super::{Events, begin, say};
use crate::record::json::Json;
use crate::record::{Call, MAX_TURNS, Message, Part, Tool, base64_len, clip};
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
        call.request.max_tokens = parameters.int("maxTokens");
        call.request.temperature = parameters.float("temperature");
        call.request.top_p = parameters.float("topP");
    }
}

fn prompted(event: &Json<'_>, call: &mut Call) {
    if event.has("audioOutputConfiguration") {
        call.request.output_type = Some("speech");
    }
    let Some(cap) = call.cap() else { return };
    let tools = event.at(&["toolConfiguration", "tools"]);
    let tools = tools.map_or(&[][..], Json::items).iter();
    let tools = tools.filter_map(|tool| {
        let tool = tool.get("toolSpec")?;
        // The schema is a text of JSON.
        let schema = tool.at(&["inputSchema", "json"]);
        Some(Tool {
            description: tool
                .string("description")
                .and_then(|it| clip(Some(cap), it)),
            parameters: schema.map(|schema| match schema.str() {
                Some(text) => crate::record::content::Clip::of(cap, text),
                None => schema.clip(cap),
            }),
            ..Tool::function(tool.string("name")?)
        })
    });
    call.tools.extend(tools);
}

/// Sound is measured and not kept.
fn heard(event: &Json<'_>, call: &mut Call) {
    let bytes = event.string("content").map_or(0, base64_len);
    call.facts
        .add(INPUT_MEDIA_BYTES, i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// A text or a tool's result is complete; what was said aloud, the model tells.
fn ended(event: &Json<'_>, call: &mut Call) {
    let piece = event.string(CONTENT).and_then(|key| call.session.end(key));
    let Some(piece) = piece else { return };
    let Some(text) = piece.text.filter(|text| !text.is_empty()) else {
        return;
    };
    if piece.role == "system" {
        call.system.push(Part::text(text));
        return;
    }
    let part = match piece.tool {
        Some(id) => Part::ToolResult {
            id: Some(id),
            response: text,
            json: true,
            failed: false,
        },
        None => Part::text(text),
    };
    turn(Message::new(piece.role, vec![part]), piece.at, call);
}

/// Adds a message of the caller's, unless there are more than anyone reads.
pub(super) fn turn(message: Message, at: std::time::SystemTime, call: &mut Call) {
    if call.input.len() < MAX_TURNS {
        let at = Some(at);
        call.input.push(Message { at, ..message });
    } else {
        call.unreadable("a conversation has more turns than are kept");
    }
}
