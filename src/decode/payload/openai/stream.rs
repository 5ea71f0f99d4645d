//! The chunks of the `choices[]` dialect.

use super::{head, index};
use crate::record::content::Clip;
use crate::record::json::Json;
use crate::record::{Call, Choice, Part};

/// Reads one chunk; whether it is one of these.
pub(super) fn chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    let choices = chunk.list("choices");
    let shaped = choices.iter().any(|choice| choice.has("delta"));
    // The last chunk may hold the usage alone.
    let usage_alone = choices.is_empty() && chunk.has("choices") && chunk.has("usage");
    if !shaped && !usage_alone {
        return false;
    }
    head(chunk, call);
    let cap = call.cap();
    let mut stopped = false;
    for (position, choice) in choices.iter().enumerate() {
        let Some(known) = call.choice(index(choice, position)) else {
            break;
        };
        if let Some(delta) = choice.get("delta") {
            read(delta, known, cap);
        }
        let reason = choice
            .owned("finish_reason")
            .or_else(|| choice.owned("stop_reason"));
        stopped |= reason.is_some();
        known.stop_reason = reason.or(known.stop_reason.take());
    }
    if let (true, Some(stream)) = (stopped, &mut call.stream) {
        stream.completed = true;
    }
    true
}

fn read(delta: &Json<'_>, choice: &mut Choice, cap: Option<usize>) {
    if let Some(role) = delta.owned("role").filter(|role| !role.is_empty()) {
        choice.message.role = role.into();
    }
    let reasoning = delta
        .string("reasoning_content")
        .or_else(|| delta.string("reasoning"));
    if let Some(text) = reasoning.filter(|text| !text.is_empty()) {
        choice.push_reasoning(cap, REASONING, text);
    }
    if let Some(text) = delta.string("content").filter(|text| !text.is_empty()) {
        choice.push_text(cap, TEXT, text);
    }
    for (position, tool) in delta.list("tool_calls").iter().enumerate() {
        let Some(cap) = cap else { break };
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let block = tool.count("index").unwrap_or(position);
        let function = tool.get("function");
        let id = tool.owned("id").filter(|id| !id.is_empty());
        if id.is_some() || choice.block(block, Part::is_call).is_none() {
            let name = function
                .and_then(|function| function.owned("name"))
                .unwrap_or_default();
            choice.start(
                block,
                Part::ToolCall {
                    id,
                    name,
                    arguments: Clip::new(cap),
                },
            );
        }
        if let Some(json) = function.and_then(|function| function.string("arguments")) {
            choice.push_arguments(block, json);
        }
    }
}

/// Blocks of text and reasoning have no index: theirs are beside those of the
/// tool calls, which count from 0.
const TEXT: i64 = -1;
const REASONING: i64 = -2;
