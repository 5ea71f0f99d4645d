//! InvokeHarness: an agent whose loop AgentCore runs. What it says, the tools
//! that it uses and their results come in the events of Converse, one message
//! after another.

use aws_sdk_bedrockagentcore::operation::invoke_harness::{InvokeHarnessError, InvokeHarnessInput};
use aws_sdk_bedrockagentcore::types::HarnessModelConfiguration;

use super::{SERVICE, agent};
use crate::decode::operation::typed::Typed;
use crate::decode::payload::{converse_shape, nova};
use crate::record::json::Json;
use crate::record::{Call, Part, Tool, clip};
use crate::semconv::CONVERSATION_ID;
use crate::semconv::agentcore::{ACTOR_ID, HARNESS_ARN, QUALIFIER};
use crate::semconv::operation::INVOKE_AGENT;

pub(super) static INVOKE_HARNESS: Typed<InvokeHarnessInput, InvokeHarnessError> =
    Typed::new(SERVICE, "InvokeHarness")
        .named(INVOKE_AGENT)
        .ids(|input: &InvokeHarnessInput, call| {
            agent::called(input.harness_arn.as_deref(), call);
            call.model = input.model.as_ref().and_then(model).map(str::to_owned);
            let facts = &mut call.facts;
            facts.text(HARNESS_ARN, input.harness_arn.as_deref());
            facts.text(QUALIFIER, input.qualifier.as_deref());
            facts.text(CONVERSATION_ID, input.runtime_session_id.as_deref());
            facts.text(ACTOR_ID, input.actor_id.as_deref());
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
            call.request.max_tokens = model.count("maxTokens");
            call.request.temperature = model.float("temperature");
            call.request.top_p = model.float("topP");
        }
    }
    // That of the invocation counts more than that of the model.
    call.request.max_tokens = body.count("maxTokens").or(call.request.max_tokens);
    let Some(cap) = call.cap() else { return };
    let texts = body.list("systemPrompt").iter();
    let texts = texts.filter_map(|block| clip(Some(cap), block.string("text")?));
    call.system = texts.map(Part::text).collect();
    let messages = body.list("messages").iter();
    call.input = messages
        .map(|message| nova::message(message, Some(cap)))
        .collect();
    let tools = body.list("tools").iter();
    call.tools = tools.filter_map(|it| tool(it, cap)).collect();
}

/// What a tool is called and, of a function of the caller's, what it takes.
/// Configurations of the others may hold credentials.
fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let kind = tool.string("type")?;
    let name = tool.string("name").unwrap_or(kind);
    let Some(function) = tool.at(&["config", "inlineFunction"]) else {
        return Some(Tool {
            kind: kind.to_owned().into(),
            ..Tool::function(name)
        });
    };
    let description = function.string("description");
    Some(Tool {
        description: description.and_then(|text| clip(Some(cap), text)),
        parameters: function.get("inputSchema").map(|schema| schema.clip(cap)),
        ..Tool::function(name)
    })
}

fn event(name: &str, event: &Json<'_>, call: &mut Call) {
    match EVENTS.iter().find(|(known, _)| *known == name) {
        Some((_, read)) => read(event, call),
        None => converse_shape::event(name, event, call),
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
    if let Some(choice) = call.answer() {
        choice.next_message();
    }
}

/// The reason of the last message is the agent's.
fn message_stop(event: &Json<'_>, call: &mut Call) {
    let Some(reason) = event.string("stopReason") else {
        return;
    };
    converse_shape::stopped(reason, 0, call);
    if let Some(stream) = &mut call.stream {
        stream.completed = !GOES_ON.contains(&reason);
    }
}

/// Each turn of the model tells what it used.
fn metadata(event: &Json<'_>, call: &mut Call) {
    if let Some(usage) = event.get("usage") {
        call.usage.add(&converse_shape::tokens(usage));
    }
    let latency = event.get("metrics").and_then(|it| it.count("latencyMs"));
    if let Some(latency) = latency {
        let known = call.latency.invocation.unwrap_or(0);
        call.latency.invocation = Some(known.saturating_add(latency));
    }
}

/// Reasons after which the agent has more to say, unless the stream ends.
const GOES_ON: &[&str] = &["partial_turn", "tool_result", "tool_use"];
