//! The request's body.

use super::content::{read_message, read_system};
use super::tools::read_tools;
use crate::decode::payload::parameters;
use crate::record::json::Json;
use crate::record::{Call, copy_text};

/// Reads the body of Converse's request. The model's id and the guardrail are in
/// the typed input: one is in the URI, the other is needed when the span opens.
pub(crate) fn read_request(body: &Json<'_>, call: &mut Call) {
    let inference = body.get("inferenceConfig");
    let additional = body.get("additionalModelRequestFields");
    let nested = additional.and_then(|fields| fields.get("inferenceConfig"));
    read_parameters([inference, additional, nested].into_iter().flatten(), call);
    if let Some(output) = body.get("outputConfig") {
        call.request.output_type = output.get_object("textFormat").map(|_| "json");
        call.request.reasoning_level = output
            .get_string("effort")
            .or(call.request.reasoning_level.take());
    }
    let guardrail = body.get_object("guardrailConfig");
    let member = |key| guardrail.and_then(|guardrail| guardrail.get_string(key));
    call.guardrail.id = member("guardrailIdentifier");
    call.guardrail.version = member("guardrailVersion");
    read_service_config(body, call);
    read_conversation(body, call);
    read_prompt_variables(body, call);
}

/// Reads system prompt, messages and tools, as far as content is recorded.
pub(crate) fn read_conversation(body: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    call.system = read_system(body, cap);
    let messages = body.get_array("messages").iter();
    call.input = messages.map(|it| read_message(it, Some(cap))).collect();
    call.tools = body
        .get("toolConfig")
        .map(|config| read_tools(config, cap))
        .unwrap_or_default();
}

/// Reads inference parameters. The first place that has a parameter wins.
pub(crate) fn read_parameters<'a, 'b: 'a>(
    places: impl Iterator<Item = &'a Json<'b>>,
    call: &mut Call,
) {
    let request = &mut call.request;
    for place in places {
        parameters::read_parameters(place, request);
        if request.reasoning_level.is_none() {
            let mut levels = REASONING_LEVELS.iter();
            let level = levels.find_map(|path| place.get_path(path)?.as_str());
            request.reasoning_level = level.map(str::to_owned);
        }
    }
}

/// Reads the tier and the latency that were asked for or, in a response, served.
pub(super) fn read_service_config(body: &Json<'_>, call: &mut Call) {
    let text = |path: &[&str]| body.get_path(path)?.as_str().map(str::to_owned);
    if let Some(tier) = text(&["serviceTier", "type"]) {
        call.service_tier = Some(tier);
    }
    if let Some(latency) = text(&["performanceConfig", "latency"]) {
        call.performance_latency = Some(latency);
    }
}

fn read_prompt_variables(body: &Json<'_>, call: &mut Call) {
    let Some(Json::Object(variables)) = body.get("promptVariables") else {
        return;
    };
    let cap = call.cap();
    for (name, value) in variables {
        let text = value.get_str("text").and_then(|text| copy_text(cap, text));
        if let Some(text) = text {
            call.request.prompt_variables.push((name.to_string(), text));
        }
    }
}

/// Where the models' own parameters name the effort of reasoning.
const REASONING_LEVELS: &[&[&str]] = &[
    &["reasoning_effort"],
    &["output_config", "effort"],
    &["reasoningConfig", "maxReasoningEffort"],
];
