//! What an agent asked its model, and what the model answered.

use std::time::SystemTime;

use super::{step, tree};
use crate::decode::payload;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Usage, copy_text};
use crate::semconv::AGENT_INVOCATION_TYPE;
use crate::semconv::operation::CHAT;

/// `modelInvocationInput`
pub(super) fn asked(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let cap = phase.cap();
    let mut call = Call::new(Some(CHAT), cap);
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
    let read = Json::parse(text.as_bytes()).is_some_and(|prompt| {
        prompt.contains_key("messages") && payload::read_request(&prompt, &mut call)
    });
    if !read {
        let part = copy_text(cap, text).filter(|text| !text.is_empty());
        call.input
            .extend(part.map(|text| Message::new("user", vec![Part::text(text)])));
    }
    // Each turn sends the whole conversation again: its end tells it apart.
    let earlier = call.input.len().saturating_sub(MAX_MESSAGES);
    call.input.drain(..earlier);
    // A dialect may have taken the prompt for another operation's.
    call.operation = Some(CHAT);
    tree::push(phase, call, None, at);
}

/// `modelInvocationOutput`: gives what the model used.
pub(super) fn answered(output: &Json<'_>, phase: &mut Call, at: SystemTime) -> Option<Usage> {
    if tree::open(phase, CHAT).is_none() {
        let call = Call::new(Some(CHAT), phase.cap());
        tree::push(phase, call, None, at);
    }
    let step = tree::open(phase, CHAT)?;
    step::close(step, output, at);
    let call = &mut step.call;
    if let Some(text) = output
        .get_path(&["rawResponse", "content"])
        .and_then(Json::as_str)
    {
        let read = Json::parse(text.as_bytes()).is_some_and(|it| payload::read_response(&it, call));
        if !read {
            said(text, call);
        }
    }
    reasoned(output, call);
    let counted = output.get_path(&["metadata", "usage"]);
    let told = |key| counted.and_then(|counted| counted.get_count(key));
    call.usage.update(&Usage {
        input: told("inputTokens"),
        output: told("outputTokens"),
        ..Usage::default()
    });
    Some(call.usage.clone())
}

/// What the model thought, where the agent tells it apart.
fn reasoned(output: &Json<'_>, call: &mut Call) {
    let text = output.get_path(&["reasoningContent", "reasoningText", "text"]);
    let text = text.and_then(Json::as_str);
    let text = text.and_then(|text| copy_text(call.cap(), text));
    if let (Some(text), Some(choice)) = (text, call.assistant_choice()) {
        choice.prepend_reasoning(Part::reasoning(text));
    }
}

/// An answer that is plain text.
pub(super) fn said(text: &str, call: &mut Call) {
    let cap = call.cap();
    if let Some(choice) = call.assistant_choice() {
        choice.push_text(cap, 1, text);
    }
}

/// Messages that are kept of each prompt.
const MAX_MESSAGES: usize = 16;
