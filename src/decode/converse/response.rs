//! The response's body, and what its last event has in common with it.

use super::content::read_message;
use super::request::read_service_config;
use crate::decode::guardrail_assessment as assessment;
use crate::record::json::Json;
use crate::record::{Call, Usage};

/// Reads the body of Converse's response.
pub(crate) fn read_response(body: &Json<'_>, call: &mut Call) {
    // A response without a message is an empty candidate all the same.
    call.assistant_choice();
    read_message_and_stop(body, call);
    read_stop_sequence(body, call);
    read_metadata(body, call);
}

/// Reads the body of Nova's response: message, stop reason and usage. `false` where
/// it has no message.
pub(crate) fn read_message_response(body: &Json<'_>, call: &mut Call) -> bool {
    let output = body.get("output");
    if output.is_none_or(|output| output.get_object("message").is_none()) {
        return false;
    }
    read_message_and_stop(body, call);
    if let Some(usage) = body.get("usage") {
        call.usage.update(&read_usage(usage));
    }
    true
}

fn read_message_and_stop(body: &Json<'_>, call: &mut Call) {
    let message = body.get_path(&["output", "message"]);
    let cap = call.cap();
    if let (Some(message), Some(choice)) = (message, call.assistant_choice()) {
        choice.message.parts = read_message(message, cap).parts;
    }
    if let Some(reason) = body.get_str("stopReason") {
        set_stop_reason(reason, 0, call);
    }
}

/// Reads what the response's body and the event `metadata` tell of the call.
pub(super) fn read_metadata(body: &Json<'_>, call: &mut Call) {
    if let Some(usage) = body.get("usage") {
        call.usage.update(&read_usage(usage));
    }
    let latency = body.get("metrics").and_then(|it| it.get_count("latencyMs"));
    call.latency.invocation_ms = latency.or(call.latency.invocation_ms);
    let model = body.get_path(&["trace", "promptRouter", "invokedModelId"]);
    if let Some(model) = model.and_then(Json::as_str) {
        call.response.model = Some(model.to_owned());
    }
    read_service_config(body, call);
    if let Some(trace) = body.get_path(&["trace", "guardrail"]) {
        assessment::read_trace(trace, call);
    }
}

/// Reads the stop sequence, which some models give in a field of their own.
pub(super) fn read_stop_sequence(body: &Json<'_>, call: &mut Call) {
    let fields = body.get("additionalModelResponseFields");
    call.response.stop_sequence = fields.and_then(|fields| {
        fields
            .get_string("stop_sequence")
            .or_else(|| fields.get_string("stopSequence"))
    });
}

/// Reads token counts. Nova's payload names those of the cache differently.
pub(crate) fn read_usage(usage: &Json<'_>) -> Usage {
    let written = |ttl: &str| {
        let mut details = usage.get_array("cacheDetails").iter();
        details
            .find(|detail| detail.get_str("ttl") == Some(ttl))?
            .get_count("inputTokens")
    };
    let either = |keys: [&str; 2]| keys.iter().find_map(|key| usage.get_count(key));
    Usage {
        input: usage.get_count("inputTokens"),
        output: usage.get_count("outputTokens"),
        cache_read: either(["cacheReadInputTokens", "cacheReadInputTokenCount"]),
        cache_write: either(["cacheWriteInputTokens", "cacheWriteInputTokenCount"]),
        cache_write_5m: written("5m"),
        cache_write_1h: written("1h"),
        ..Usage::default()
    }
}

/// Records why the model stopped a candidate.
pub(crate) fn set_stop_reason(reason: &str, candidate: usize, call: &mut Call) {
    if reason == "guardrail_intervened" {
        call.guardrail.action = Some("INTERVENED".into());
    }
    if let Some(choice) = call.choice_mut(candidate) {
        choice.stop_reason = Some(reason.to_owned());
    }
}
