//! The parts of an agent's trace, each added to the tree of steps.

use std::time::SystemTime;

use super::agent_tree::{AgentPath, find_or_push_phase};
use super::{model_invocation, tool_invocation};
use crate::decode::guardrail_assessment as assessment;
use crate::decode::operation::agent_runtime::step::{close_step, push_step, read_time};
use crate::decode::operation::agent_runtime::text::{
    get_text, push_answer_text, push_reasoning_text,
};
use crate::record::json::Json;
use crate::record::{Call, Failure, OTHER};
use crate::semconv::operation::APPLY_GUARDRAIL;
use crate::semconv::{AGENT_ALIAS_ID, AGENT_ID, AGENT_TRACE_ID, AGENT_VERSION};

/// Reads a `trace` event.
pub(in crate::decode::operation::agent_runtime) fn read_trace(event: &Json<'_>, call: &mut Call) {
    if call
        .stream
        .as_ref()
        .is_some_and(|it| it.events > MAX_EVENTS)
    {
        call.note_unreadable("agent trace has more events than are read");
        return;
    }
    let at = read_time(event, "eventTime").unwrap_or_else(SystemTime::now);
    let chain = event.get_array("callerChain").iter();
    let path = AgentPath {
        // The first caller is the invoked agent.
        aliases: chain
            .skip(1)
            .filter_map(|caller| caller.get_str("agentAliasArn"))
            .take(MAX_DEPTH)
            .collect(),
        name: event.get_str("collaboratorName"),
    };
    if let Some(agent) = path.find_or_push_agent(call, at) {
        let extra = &mut agent.extra_attributes;
        extra.insert_text(AGENT_ID, event.get_str("agentId"));
        extra.insert_text(AGENT_ALIAS_ID, event.get_str("agentAliasId"));
        extra.insert_text(AGENT_VERSION, event.get_str("agentVersion"));
    }
    let Some(Json::Object(members)) = event.get("trace") else {
        return;
    };
    for (kind, part) in members {
        if let Some((_, read)) = TRACES.iter().find(|(known, _)| known == kind) {
            read(part, &path, call, at);
        }
    }
}

type PartReader = fn(&Json<'_>, &AgentPath<'_>, &mut Call, SystemTime);

static TRACES: &[(&str, PartReader)] = &[
    ("customOrchestrationTrace", read_custom_part),
    ("failureTrace", read_failure),
    ("guardrailTrace", read_guardrail_part),
    ("orchestrationTrace", |part, path, call, at| {
        read_phase_part("orchestration", part, path, call, at);
    }),
    ("postProcessingTrace", |part, path, call, at| {
        read_phase_part("post_processing", part, path, call, at);
    }),
    ("preProcessingTrace", |part, path, call, at| {
        read_phase_part("pre_processing", part, path, call, at);
    }),
    ("routingClassifierTrace", |part, path, call, at| {
        read_phase_part("routing", part, path, call, at);
    }),
];

/// Reads a part of a phase: a model invocation, a tool invocation, a rationale.
fn read_phase_part(
    name: &'static str,
    part: &Json<'_>,
    path: &AgentPath<'_>,
    call: &mut Call,
    at: SystemTime,
) {
    let Json::Object(members) = part else { return };
    let mut usage = None;
    for (kind, part) in members {
        let Some(agent) = path.find_or_push_agent(call, at) else {
            return;
        };
        let Some(step) = find_or_push_phase(agent, name, part.get_str("traceId"), at) else {
            return;
        };
        let phase = &mut step.call;
        match kind.as_ref() {
            "modelInvocationInput" => model_invocation::start_model_step(part, phase, at),
            "modelInvocationOutput" => usage = model_invocation::end_model_step(part, phase, at),
            "rationale" => push_reasoning_text(part.get_str("text"), phase),
            "invocationInput" => tool_invocation::start_tool_steps(part, phase, at),
            "observation" => {
                tool_invocation::end_tool_steps(part, phase, at);
                read_phase_answer(part, phase);
            }
            _ => {}
        }
        step.ended = step.ended.max(at);
    }
    if let Some(usage) = usage {
        path.add_usage(call, &usage, at);
    }
}

/// Reads the agent's answer, or the prompt with which it tries again.
fn read_phase_answer(observation: &Json<'_>, phase: &mut Call) {
    let kinds = ["finalResponse", "repromptResponse"];
    let mut texts = kinds
        .iter()
        .filter_map(|kind| observation.get(kind)?.get_str("text"));
    push_answer_text(1, texts.next(), phase);
}

fn read_custom_part(part: &Json<'_>, path: &AgentPath<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find_or_push_agent(call, at) else {
        return;
    };
    let id = part.get_str("traceId");
    if let Some(phase) = find_or_push_phase(agent, "custom_orchestration", id, at) {
        push_answer_text(1, get_text(part, &["event", "text"]), &mut phase.call);
        phase.ended = phase.ended.max(at);
    }
}

fn read_guardrail_part(part: &Json<'_>, path: &AgentPath<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find_or_push_agent(call, at) else {
        return;
    };
    let mut check = Call::new(Some(APPLY_GUARDRAIL), agent.cap());
    check.span_name = Some(APPLY_GUARDRAIL.into());
    check
        .extra_attributes
        .insert_text(AGENT_TRACE_ID, part.get_str("traceId"));
    let action = part.get_str("action");
    check.guardrail.record_action(action);
    assessment::read_trace(part, &mut check);
    if let Some(step) = push_step(agent, check, None, at) {
        close_step(step, part, at);
    }
    path.update_agents(call, at, |agent| agent.guardrail.record_action(action));
}

fn read_failure(part: &Json<'_>, path: &AgentPath<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find_or_push_agent(call, at) else {
        return;
    };
    let kind = part
        .get_id("failureCode")
        .unwrap_or_else(|| OTHER.to_owned());
    let id = part.get_str("traceId");
    if let Some(step) = find_or_push_phase(agent, "failure", id, at) {
        close_step(step, part, at);
        // The reason may quote what an action group of the application returned.
        let reason = step
            .call
            .cap()
            .and_then(|_| part.get_string("failureReason"));
        step.call.failure = Some(Failure::quoting_content(kind, reason));
    }
}

/// Trace events that are read of one stream, which bounds what a run keeps.
const MAX_EVENTS: i64 = 2048;

/// Levels of collaborators that are read.
const MAX_DEPTH: usize = 8;
