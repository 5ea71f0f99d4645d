//! The tree that an agent's trace becomes: agents, the phases of their runs,
//! and what they did in each.

use std::time::SystemTime;

pub(super) use crate::decode::operation::agent_runtime::steps::push;
use crate::record::{Call, Step, Usage};
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{AGENT_ALIAS_ID, AGENT_NAME, AGENT_STEP, AGENT_TRACE_ID};

/// Which agent a part of the trace is of: itself, or one that it called, and so
/// on. From the top, without the agent that was invoked.
#[derive(Debug)]
pub(super) struct Path<'a> {
    /// ARNs of the aliases of collaborators.
    pub(super) aliases: Vec<&'a str>,
    /// The name of the last one.
    pub(super) name: Option<&'a str>,
}

impl Path<'_> {
    /// The record of the agent, below the call's. An agent that nobody was seen
    /// to call is put where it began.
    pub(super) fn find<'c>(&self, call: &'c mut Call, at: SystemTime) -> Option<&'c mut Call> {
        let mut level = call;
        for (depth, alias) in (1..).zip(&self.aliases) {
            let name = self.name.filter(|_| depth == self.aliases.len());
            level = collaborator(level, alias, name, at)?;
        }
        Some(level)
    }

    /// Hands each agent on the way something, the invoked one first.
    pub(super) fn each(&self, call: &mut Call, at: SystemTime, mut work: impl FnMut(&mut Call)) {
        work(call);
        let mut level = call;
        for (depth, alias) in (1..).zip(&self.aliases) {
            let name = self.name.filter(|_| depth == self.aliases.len());
            let Some(next) = collaborator(level, alias, name, at) else {
                return;
            };
            level = next;
            work(level);
        }
    }

    /// Adds what a model used to each agent on the way.
    pub(super) fn used(&self, call: &mut Call, usage: &Usage, at: SystemTime) {
        self.each(call, at, |agent| agent.usage.add(usage));
    }
}

fn collaborator<'c>(
    level: &'c mut Call,
    alias: &str,
    name: Option<&str>,
    at: SystemTime,
) -> Option<&'c mut Call> {
    let is_it = |step: &Step| {
        step.call.operation == Some(INVOKE_AGENT)
            && step
                .key
                .as_deref()
                .is_some_and(|key| key == alias || Some(key) == name)
    };
    let holds_it = |phase: &Step| phase.call.steps.iter().any(is_it);
    // The latest one: an agent may be called more than once.
    let found = level
        .steps
        .iter()
        .rposition(|step| is_it(step) || holds_it(step));
    let Some(found) = found else {
        let mut agent = Call::new(Some(INVOKE_AGENT), level.cap());
        called(&mut agent, Some(alias), name);
        let step = push(level, agent, Some(alias.to_owned()), at)?;
        return Some(&mut step.call);
    };
    let found = level.steps.get_mut(found)?;
    let step = if is_it(found) {
        found
    } else {
        found.call.steps.iter_mut().rfind(|step| is_it(step))?
    };
    step.ended = step.ended.max(at);
    Some(&mut step.call)
}

/// Names an agent that another one called.
pub(super) fn called(agent: &mut Call, alias: Option<&str>, name: Option<&str>) {
    agent.span_name = Some(match name {
        Some(name) => format!("{INVOKE_AGENT} {name}").into(),
        None => INVOKE_AGENT.into(),
    });
    agent.extra_attributes.insert_text(AGENT_NAME, name);
    // arn:aws:bedrock:us-east-1:123456789012:agent-alias/AGENT/ALIAS
    let mut ids = alias.unwrap_or_default().rsplit('/');
    let (alias, id) = (ids.next(), ids.next());
    if let Some(id) = id {
        agent
            .extra_attributes
            .insert_text(crate::semconv::AGENT_ID, Some(id));
        agent.extra_attributes.insert_text(AGENT_ALIAS_ID, alias);
    }
}

/// The phase of a run that a part of the trace belongs to.
pub(super) fn phase<'c>(
    agent: &'c mut Call,
    name: &'static str,
    trace_id: Option<&str>,
    at: SystemTime,
) -> Option<&'c mut Step> {
    let is_it = |step: &Step| {
        step.call.span_name.as_deref() == Some(name) && step.key.as_deref() == trace_id
    };
    let found = agent.steps.iter().rposition(is_it);
    if let Some(found) = found {
        return agent.steps.get_mut(found);
    }
    let mut call = Call::new(None, agent.cap());
    call.span_name = Some(name.into());
    call.extra_attributes.insert(AGENT_STEP, name);
    call.extra_attributes.insert_text(AGENT_TRACE_ID, trace_id);
    push(agent, call, trace_id.map(str::to_owned), at)
}

/// The step of an operation that has begun below another one and not ended.
pub(super) fn open<'c>(parent: &'c mut Call, operation: &str) -> Option<&'c mut Step> {
    let is_it = |step: &Step| step.open && step.call.operation == Some(operation);
    parent.steps.iter_mut().rfind(|step| is_it(step))
}
