//! InvokeHarness: an agent whose loop AgentCore runs. Its text, its tool calls and
//! their results arrive as Converse events, one message after another.

use aws_sdk_bedrockagentcore::types::HarnessModelConfiguration;

use super::agent_arn::read_agent_arn;
use crate::decode::converse;
use crate::decode::operation::operation_trait::Table;
use crate::decode::payload::parameters::read_parameters;
use crate::record::json::Json;
use crate::record::{Call, Part, Tool, copy_text};
use crate::semconv::CONVERSATION_ID;
use crate::semconv::agentcore::{ACTOR_ID, HARNESS_ARN, QUALIFIER};
use crate::semconv::operation::INVOKE_AGENT;

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    invoke_harness(InvokeHarnessInput, InvokeHarnessError)
        [
            HARNESS_ARN = harness_arn,
            QUALIFIER = qualifier,
            CONVERSATION_ID = runtime_session_id,
            ACTOR_ID = actor_id,
        ]
        |input, call| {
            read_agent_arn(input.harness_arn.as_deref(), call);
            call.model = input.model.as_ref().and_then(get_model_id);
        }
        .name_operation(INVOKE_AGENT)
        .record_request_members(&[(ACTOR_ID, "actorId")])
        .read_request_with(read_request)
        // These events differ from those of Converse.
        .read_response_events(&[
            ("messageStart", start_message),
            ("messageStop", stop_message),
            ("metadata", add_turn_metadata),
        ])
        .read_other_response_events(converse::read_event_json)
        .always_read(&["messageStop"])
        .expect_final_event()
        .forward_context();
};

fn get_model_id(configuration: &HarnessModelConfiguration) -> Option<String> {
    let id = match configuration {
        HarnessModelConfiguration::BedrockModelConfig(model) => &model.model_id,
        HarnessModelConfiguration::GeminiModelConfig(model) => &model.model_id,
        HarnessModelConfiguration::LiteLlmModelConfig(model) => &model.model_id,
        HarnessModelConfiguration::OpenAiModelConfig(model) => &model.model_id,
        _ => return None,
    };
    Some(id.clone())
}

fn read_request(body: &Json<'_>, call: &mut Call) {
    // The limit of the invocation overrides that of the model.
    call.request.max_tokens = body.get_count("maxTokens");
    if let Some(Json::Object(models)) = body.get("model") {
        for (_, model) in models {
            read_parameters(model, &mut call.request);
        }
    }
    let Some(cap) = call.cap() else { return };
    let texts = body.get_array("systemPrompt").iter();
    let texts = texts.filter_map(|block| copy_text(Some(cap), block.get_str("text")?));
    call.system = texts.map(Part::text).collect();
    let messages = body.get_array("messages").iter();
    call.input = messages
        .map(|message| converse::read_message(message, Some(cap)))
        .collect();
    let tools = body.get_array("tools").iter();
    call.tools = tools.filter_map(|tool| read_tool(tool, cap)).collect();
}

/// Reads the name and type of a tool and, of an inline function, its schema. The
/// configurations of other tools may hold credentials.
fn read_tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
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

/// Tool results are messages of their own. All messages become parts of one
/// output message.
fn start_message(_: &Json<'_>, call: &mut Call) {
    if let Some(choice) = call.assistant_choice() {
        choice.start_next_message();
    }
}

/// The stop reason of the last message is that of the agent.
fn stop_message(event: &Json<'_>, call: &mut Call) {
    let Some(reason) = event.get_str("stopReason") else {
        return;
    };
    converse::set_stop_reason(reason, 0, call);
    if let Some(stream) = &mut call.stream {
        stream.completed = !CONTINUES.contains(&reason);
    }
}

/// Each model turn reports its own usage and latency.
fn add_turn_metadata(event: &Json<'_>, call: &mut Call) {
    if let Some(usage) = event.get("usage") {
        call.usage.add(&converse::read_usage(usage));
    }
    let latency = event
        .get("metrics")
        .and_then(|metrics| metrics.get_count("latencyMs"));
    if let Some(latency) = latency {
        let sum = call.latency.invocation_ms.unwrap_or(0);
        call.latency.invocation_ms = Some(sum.saturating_add(latency));
    }
}

/// Stop reasons after which another message follows.
const CONTINUES: &[&str] = &["partial_turn", "tool_result", "tool_use"];
