//! The chunks of the `choices[]` format.

use super::metadata::read_metadata;
use crate::decode::payload::candidate::candidate_index;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Choice, Part};

/// Reads one chunk. Returns whether it has the format's structure.
pub(super) fn read_chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    let choices = chunk.get_array("choices");
    let has_delta = choices.iter().any(|choice| choice.contains_key("delta"));
    // The last chunk may hold the usage alone.
    let is_usage_alone =
        choices.is_empty() && chunk.contains_key("choices") && chunk.contains_key("usage");
    if !has_delta && !is_usage_alone {
        return false;
    }
    read_metadata(chunk, call);
    let cap = call.cap();
    let mut is_stopped = false;
    for (position, choice) in choices.iter().enumerate() {
        let Some(known) = call.choice_mut(candidate_index(choice, position)) else {
            break;
        };
        if let Some(delta) = choice.get("delta") {
            read_delta(delta, known, cap);
        }
        let reason = choice
            .get_string("finish_reason")
            .or_else(|| choice.get_string("stop_reason"));
        is_stopped |= reason.is_some();
        known.stop_reason = reason.or(known.stop_reason.take());
    }
    if is_stopped {
        call.complete_stream();
    }
    true
}

fn read_delta(delta: &Json<'_>, choice: &mut Choice, cap: Option<usize>) {
    if let Some(role) = delta.get_string("role").filter(|role| !role.is_empty()) {
        choice.message.role = role.into();
    }
    let reasoning = delta
        .get_str("reasoning_content")
        .or_else(|| delta.get_str("reasoning"));
    if let Some(text) = reasoning.filter(|text| !text.is_empty()) {
        choice.push_reasoning(cap, REASONING, text);
    }
    if let Some(text) = delta.get_str("content").filter(|text| !text.is_empty()) {
        choice.push_text(cap, TEXT, text);
    }
    for (position, tool) in delta.get_array("tool_calls").iter().enumerate() {
        let Some(cap) = cap else { break };
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let block = tool.get_count("index").unwrap_or(position);
        let function = tool.get("function");
        let id = tool.get_string("id").filter(|id| !id.is_empty());
        if id.is_some() || choice.find_part_mut(block, Part::is_call).is_none() {
            let name = function
                .and_then(|function| function.get_string("name"))
                .unwrap_or_default();
            choice.start_block(
                block,
                Part::ToolCall {
                    id,
                    name,
                    arguments: TruncatedText::new(cap),
                },
            );
        }
        if let Some(json) = function.and_then(|function| function.get_str("arguments")) {
            choice.push_tool_arguments(block, json);
        }
    }
}

/// Text and reasoning have no index. Their blocks must not clash with those of
/// the tool calls, which count from 0.
const TEXT: i64 = -1;
const REASONING: i64 = -2;
