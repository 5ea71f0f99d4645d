//! InvokeHarness: an agent whose loop AgentCore runs. What it says, the tools
//! that it uses and their results come in the events of Converse, one message
//! after another.

use aws_sdk_bedrockagentcore::operation::invoke_harness::{InvokeHarnessError, InvokeHarnessInput};
use aws_sdk_bedrockagentcore::types::HarnessModelConfiguration;

use super::{SERVICE, agent};
use crate::decode::converse;
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Part, Tool, copy_text};
use crate::semconv::CONVERSATION_ID;
use crate::semconv::agentcore::{ACTOR_ID, HARNESS_ARN, QUALIFIER};
use crate::semconv::operation::INVOKE_AGENT;

pub(super) static INVOKE_HARNESS: Typed<InvokeHarnessInput, InvokeHarnessError> =
    Typed::new(SERVICE, "InvokeHarness")
        .named(INVOKE_AGENT)
        .ids(|input: &InvokeHarnessInput, call| {
            agent::called(input.harness_arn.as_deref(), call);
            call.model = input.model.as_ref().and_then(model).map(str::to_owned);
            let extra = &mut call.extra_attributes;
            extra.insert_text(HARNESS_ARN, input.harness_arn.as_deref());
            extra.insert_text(QUALIFIER, input.qualifier.as_deref());
            extra.insert_text(CONVERSATION_ID, input.runtime_session_id.as_deref());
            extra.insert_text(ACTOR_ID, input.actor_id.as_deref());
        })
        .sent(asked)
        .event(event)
        .last_word()
        .forwards_context();

fn model(configuration: &HarnessModelConfiguration) -> Option<&str> {
    match configuration {
        HarnessModelConfiguration::BedrockModelConfig(model) => Some(&model.model_id),
        HarnessModelConfiguration::GeminiModelConfig(model) => Some(&model.model_id),
        HarnessModelConfiguration::LiteLlmModelConfig(model) => Some(&model.model_id),
        HarnessModelConfiguration::OpenAiModelConfig(model) => Some(&model.model_id),
        _ => None,
    }
}

fn asked(body: &Json<'_>, call: &mut Call) {
    if let Some(Json::Object(models)) = body.get("model") {
        for (_, model) in models {
            call.request.max_tokens = model.get_count("maxTokens");
            call.request.temperature = model.get_f64("temperature");
            call.request.top_p = model.get_f64("topP");
        }
    }
    // That of the invocation counts more than that of the model.
    call.request.max_tokens = body.get_count("maxTokens").or(call.request.max_tokens);
    let Some(cap) = call.cap() else { return };
    let texts = body.get_array("systemPrompt").iter();
    let texts = texts.filter_map(|block| copy_text(Some(cap), block.get_str("text")?));
    call.system = texts.map(Part::text).collect();
    let messages = body.get_array("messages").iter();
    call.input = messages
        .map(|message| converse::read_message(message, Some(cap)))
        .collect();
    let tools = body.get_array("tools").iter();
    call.tools = tools.filter_map(|it| tool(it, cap)).collect();
}

/// What a tool is called and, of a function of the caller's, what it takes.
/// Configurations of the others may hold credentials.
fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let kind = tool.get_str("type")?;
    let name = tool.get_str("name").unwrap_or(kind);
    let Some(function) = tool.get_path(&["config", "inlineFunction"]) else {
        return Some(Tool {
            kind: kind.to_owned().into(),
            ..Tool::function(name)
        });
    };
    let description = function.get_str("description");
    Some(Tool {
        description: description.and_then(|text| copy_text(Some(cap), text)),
        parameters: function
            .get("inputSchema")
            .map(|schema| schema.to_truncated_text(cap)),
        ..Tool::function(name)
    })
}

fn event(name: &str, event: &Json<'_>, call: &mut Call) {
    match EVENTS.iter().find(|(known, _)| *known == name) {
        Some((_, read)) => read(event, call),
        None => converse::read_event_json(name, event, call),
    }
}

type Read = fn(&Json<'_>, &mut Call);

/// Events that mean another thing than those of Converse.
static EVENTS: &[(&str, Read)] = &[
    ("messageStart", message_start),
    ("messageStop", message_stop),
    ("metadata", metadata),
];

/// The results of tools are messages of their own; all of them are parts of
/// what the agent answers.
fn message_start(_: &Json<'_>, call: &mut Call) {
    if let Some(choice) = call.assistant_choice() {
        choice.start_next_message();
    }
}

/// The reason of the last message is the agent's.
fn message_stop(event: &Json<'_>, call: &mut Call) {
    let Some(reason) = event.get_str("stopReason") else {
        return;
    };
    converse::set_stop_reason(reason, 0, call);
    if let Some(stream) = &mut call.stream {
        stream.completed = !GOES_ON.contains(&reason);
    }
}

/// Each turn of the model tells what it used.
fn metadata(event: &Json<'_>, call: &mut Call) {
    if let Some(usage) = event.get("usage") {
        call.usage.add(&converse::read_usage(usage));
    }
    let latency = event
        .get("metrics")
        .and_then(|it| it.get_count("latencyMs"));
    if let Some(latency) = latency {
        let known = call.latency.invocation_ms.unwrap_or(0);
        call.latency.invocation_ms = Some(known.saturating_add(latency));
    }
}

/// Reasons after which the agent has more to say, unless the stream ends.
const GOES_ON: &[&str] = &["partial_turn", "tool_result", "tool_use"];
