//! The parts of an agent's trace, each to its place in the tree.

use std::time::SystemTime;

use super::tree;
use super::tree::Path;
use super::{model, step, tool};
use crate::decode::operation::runtime::guardrail::assessment;
use crate::record::json::Json;
use crate::record::{Call, Failure, OTHER};
use crate::semconv::operation::APPLY_GUARDRAIL;
use crate::semconv::{AGENT_ALIAS_ID, AGENT_ID, AGENT_TRACE_ID, AGENT_VERSION};

/// A `trace` event.
pub(in crate::decode::operation::agent_runtime) fn read(event: &Json<'_>, call: &mut Call) {
    // What a run keeps is bounded, however long it goes on.
    if call
        .stream
        .as_ref()
        .is_some_and(|it| it.events > MAX_EVENTS)
    {
        call.note_unreadable("an agent's run has more steps than are kept");
        return;
    }
    let at = step::time(event, "eventTime").unwrap_or_else(SystemTime::now);
    let chain = event.get_array("callerChain").iter();
    let path = Path {
        // The first one is the agent that was invoked.
        aliases: chain
            .skip(1)
            .filter_map(|caller| caller.get_str("agentAliasArn"))
            .take(MAX_DEPTH)
            .collect(),
        name: event.get_str("collaboratorName"),
    };
    if let Some(agent) = path.find(call, at) {
        agent
            .extra_attributes
            .insert_text(AGENT_ID, event.get_str("agentId"));
        agent
            .extra_attributes
            .insert_text(AGENT_ALIAS_ID, event.get_str("agentAliasId"));
        agent
            .extra_attributes
            .insert_text(AGENT_VERSION, event.get_str("agentVersion"));
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

type Read = fn(&Json<'_>, &Path<'_>, &mut Call, SystemTime);

static TRACES: &[(&str, Read)] = &[
    ("customOrchestrationTrace", custom),
    ("failureTrace", failed),
    ("guardrailTrace", guarded),
    ("orchestrationTrace", |part, path, call, at| {
        run("orchestration", part, path, call, at);
    }),
    ("postProcessingTrace", |part, path, call, at| {
        run("post_processing", part, path, call, at);
    }),
    ("preProcessingTrace", |part, path, call, at| {
        run("pre_processing", part, path, call, at);
    }),
    ("routingClassifierTrace", |part, path, call, at| {
        run("routing", part, path, call, at);
    }),
];

/// A part of a phase: what a model was asked or said, what was done with tools.
fn run(name: &'static str, part: &Json<'_>, path: &Path<'_>, call: &mut Call, at: SystemTime) {
    let Json::Object(members) = part else { return };
    let mut used = None;
    for (kind, part) in members {
        let Some(agent) = path.find(call, at) else {
            return;
        };
        let Some(phase) = tree::phase(agent, name, part.get_str("traceId"), at) else {
            return;
        };
        match kind.as_ref() {
            "modelInvocationInput" => model::asked(part, &mut phase.call, at),
            "modelInvocationOutput" => used = model::answered(part, &mut phase.call, at),
            "rationale" => thought(part, &mut phase.call),
            "invocationInput" => tool::began(part, &mut phase.call, at),
            "observation" => {
                tool::ended(part, &mut phase.call, at);
                concluded(part, &mut phase.call);
            }
            _ => {}
        }
        phase.ended = phase.ended.max(at);
    }
    if let Some(used) = used {
        path.used(call, &used, at);
    }
}

/// Why the agent does what it does next.
fn thought(rationale: &Json<'_>, phase: &mut Call) {
    let cap = phase.cap();
    if let (Some(text), Some(choice)) = (rationale.get_str("text"), phase.assistant_choice()) {
        choice.push_reasoning(cap, 0, text);
    }
}

/// What the agent answers, or why it tries again.
fn concluded(observation: &Json<'_>, phase: &mut Call) {
    let ends = ["finalResponse", "repromptResponse"];
    let text = ends
        .iter()
        .find_map(|end| observation.get(end)?.get_str("text"));
    if let Some(text) = text {
        model::said(text, phase);
    }
}

fn custom(part: &Json<'_>, path: &Path<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find(call, at) else {
        return;
    };
    let id = part.get_str("traceId");
    if let Some(phase) = tree::phase(agent, "custom_orchestration", id, at) {
        if let Some(text) = part.get_path(&["event", "text"]).and_then(Json::as_str) {
            model::said(text, &mut phase.call);
        }
        phase.ended = phase.ended.max(at);
    }
}

fn guarded(part: &Json<'_>, path: &Path<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find(call, at) else {
        return;
    };
    let mut check = Call::new(Some(APPLY_GUARDRAIL), agent.cap());
    check.span_name = Some(APPLY_GUARDRAIL.into());
    check
        .extra_attributes
        .insert_text(AGENT_TRACE_ID, part.get_str("traceId"));
    let action = part.get_str("action");
    check.guardrail.record_action(action);
    assessment::trace(part, &mut check);
    if let Some(step) = tree::push(agent, check, None, at) {
        step::close(step, part, at);
    }
    path.each(call, at, |agent| agent.guardrail.record_action(action));
}

fn failed(part: &Json<'_>, path: &Path<'_>, call: &mut Call, at: SystemTime) {
    let Some(agent) = path.find(call, at) else {
        return;
    };
    let kind = part
        .get_id("failureCode")
        .unwrap_or_else(|| OTHER.to_owned());
    let id = part.get_str("traceId");
    if let Some(step) = tree::phase(agent, "failure", id, at) {
        step::close(step, part, at);
        step.call.failure = Some(Failure::new(kind, part.get_string("failureReason")));
    }
}

/// Events of one stream that are read as parts of a trace.
const MAX_EVENTS: i64 = 2048;

/// Agents that call agents that call agents.
const MAX_DEPTH: usize = 8;
