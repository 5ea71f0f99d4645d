//! Events that the caller sends.

use super::voice_chunk::{begin_block, end_block, push_block_text, push_turn, set_completed};
use crate::decode::operation::table_operation::EventTable;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Tool, base64_len, copy_text};
use crate::semconv::INPUT_MEDIA_BYTES;

pub(super) static EVENTS: EventTable = &[
    ("audioInput", count_audio),
    ("contentEnd", end_input_block),
    ("contentStart", |event, call| {
        set_completed(false, call);
        begin_block(event, BLOCK_KEY, call);
    }),
    ("promptStart", read_prompt_start),
    ("sessionStart", read_session_start),
    ("textInput", |event, call| {
        push_block_text(event, BLOCK_KEY, call);
    }),
    ("toolResult", |event, call| {
        push_block_text(event, BLOCK_KEY, call);
    }),
];

/// The caller names its content blocks.
const BLOCK_KEY: &str = "contentName";

fn read_session_start(event: &Json<'_>, call: &mut Call) {
    if let Some(parameters) = event.get("inferenceConfiguration") {
        call.request.max_tokens = parameters.get_i64("maxTokens");
        call.request.temperature = parameters.get_f64("temperature");
        call.request.top_p = parameters.get_f64("topP");
    }
}

fn read_prompt_start(event: &Json<'_>, call: &mut Call) {
    if event.contains_key("audioOutputConfiguration") {
        call.request.output_type = Some("speech");
    }
    let Some(cap) = call.cap() else { return };
    let tools = event.get_path(&["toolConfiguration", "tools"]);
    let tools = tools.map_or(&[][..], Json::as_slice).iter();
    let tools = tools.filter_map(|tool| {
        let tool = tool.get("toolSpec")?;
        // The schema is JSON in a string.
        let schema = tool.get_path(&["inputSchema", "json"]);
        Some(Tool {
            description: tool
                .get_str("description")
                .and_then(|it| copy_text(Some(cap), it)),
            parameters: schema.map(|schema| match schema.as_str() {
                Some(text) => TruncatedText::copy(cap, text),
                None => schema.to_truncated_text(cap),
            }),
            ..Tool::function(tool.get_str("name")?)
        })
    });
    call.tools.extend(tools);
}

/// Audio is counted in bytes and not kept.
fn count_audio(event: &Json<'_>, call: &mut Call) {
    let bytes = event.get_str("content").map_or(0, base64_len);
    call.extra_attributes
        .add_to_count(INPUT_MEDIA_BYTES, i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// Adds a text or a tool result to the input. The text of spoken input comes from
/// the model's transcript.
fn end_input_block(event: &Json<'_>, call: &mut Call) {
    let Some(block) = end_block(event, BLOCK_KEY, call) else {
        return;
    };
    let Some(text) = block.text.filter(|text| !text.is_empty()) else {
        return;
    };
    if block.role == "system" {
        call.system.push(Part::text(text));
        return;
    }
    let part = match block.tool_call_id {
        Some(id) => Part::ToolResult {
            id: Some(id),
            response: text,
            json: true,
            failed: false,
        },
        None => Part::text(text),
    };
    push_turn(Message::new(block.role, vec![part]), block.started_at, call);
}
