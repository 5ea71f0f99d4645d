//! Invocations of the agent's model.

use std::time::SystemTime;

use super::agent_tree::find_open_step;
use crate::decode::operation::agent_runtime::step::{close_step, push_step};
use crate::decode::operation::agent_runtime::text::{get_text, push_answer_text, push_user_text};
use crate::decode::payload;
use crate::record::json::Json;
use crate::record::{Call, Part, Usage, copy_text};
use crate::semconv::AGENT_INVOCATION_TYPE;
use crate::semconv::operation::CHAT;

/// Starts a model step from `modelInvocationInput`.
pub(super) fn start_model_step(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(CHAT), phase.cap());
    call.model = input.get_id("foundationModel");
    let kind = input.get_str("type");
    call.extra_attributes
        .insert_text(AGENT_INVOCATION_TYPE, kind);
    let request = &mut call.request;
    if let Some(parameters) = input.get("inferenceConfiguration") {
        request.temperature = parameters.get_f64("temperature");
        request.top_p = parameters.get_f64("topP");
        request.top_k = parameters.get_i64("topK");
        request.max_tokens = parameters.get_i64("maximumLength");
        request.stop_sequences = parameters.get_strings("stopSequences");
    }
    let text = input.get_str("text").unwrap_or_default();
    let is_read = Json::parse(text.as_bytes()).is_some_and(|prompt| {
        prompt.contains_key("messages") && payload::read_request(&prompt, &mut call)
    });
    if !is_read && !text.is_empty() {
        push_user_text(Some(text), &mut call);
    }
    // Each turn sends the whole conversation again. Its last messages identify
    // the turn.
    let earlier = call.input.len().saturating_sub(MAX_MESSAGES);
    call.input.drain(..earlier);
    // The payload format may have set the operation of another one.
    call.operation = Some(CHAT);
    push_step(phase, call, None, at);
}

/// Closes the model step with `modelInvocationOutput` and returns its usage.
pub(super) fn end_model_step(output: &Json<'_>, phase: &mut Call, at: SystemTime) -> Option<Usage> {
    if find_open_step(phase, CHAT).is_none() {
        let call = Call::new(Some(CHAT), phase.cap());
        push_step(phase, call, None, at);
    }
    let step = find_open_step(phase, CHAT)?;
    close_step(step, output, at);
    let call = &mut step.call;
    if let Some(text) = get_text(output, &["rawResponse", "content"]) {
        let is_read =
            Json::parse(text.as_bytes()).is_some_and(|it| payload::read_response(&it, call));
        if !is_read {
            push_answer_text(1, Some(text), call);
        }
    }
    read_reasoning(output, call);
    let usage = output.get_path(&["metadata", "usage"]);
    let count = |key| usage.and_then(|usage| usage.get_count(key));
    call.usage.update(&Usage {
        input: count("inputTokens"),
        output: count("outputTokens"),
        ..Usage::default()
    });
    Some(call.usage.clone())
}

/// Reads the reasoning that the trace holds outside of the raw response.
fn read_reasoning(output: &Json<'_>, call: &mut Call) {
    let text = get_text(output, &["reasoningContent", "reasoningText", "text"]);
    let text = text.and_then(|text| copy_text(call.cap(), text));
    if let (Some(text), Some(choice)) = (text, call.assistant_choice()) {
        choice.prepend_reasoning(Part::reasoning(text));
    }
}

/// Messages that are kept of each prompt.
const MAX_MESSAGES: usize = 16;
