//! The tree of an agent's trace: agents, the phases of their runs, and the steps
//! of each phase.

use std::time::SystemTime;

use crate::decode::operation::agent_runtime::step::push_step;
use crate::decode::operation::span_name::set_span_name;
use crate::record::{Call, Step, Usage};
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{AGENT_ALIAS_ID, AGENT_ID, AGENT_NAME, AGENT_STEP, AGENT_TRACE_ID};

/// The chain of collaborators, from the invoked agent (which is left out) to the
/// agent that a part of the trace belongs to.
#[derive(Debug)]
pub(super) struct AgentPath<'a> {
    /// Alias ARNs of the collaborators.
    pub(super) aliases: Vec<&'a str>,
    /// The name of the last collaborator.
    pub(super) name: Option<&'a str>,
}

impl AgentPath<'_> {
    /// The record of the agent in the tree. An agent whose invocation is not in
    /// the trace is added below its caller.
    pub(super) fn find_or_push_agent<'c>(
        &self,
        call: &'c mut Call,
        at: SystemTime,
    ) -> Option<&'c mut Call> {
        let mut level = call;
        for (depth, alias) in (1..).zip(&self.aliases) {
            let name = self.name.filter(|_| depth == self.aliases.len());
            level = find_or_push_collaborator(level, alias, name, at)?;
        }
        Some(level)
    }

    /// Applies a change to each agent of the chain, the invoked one first.
    pub(super) fn update_agents(
        &self,
        call: &mut Call,
        at: SystemTime,
        mut update: impl FnMut(&mut Call),
    ) {
        update(call);
        let mut level = call;
        for (depth, alias) in (1..).zip(&self.aliases) {
            let name = self.name.filter(|_| depth == self.aliases.len());
            let Some(next) = find_or_push_collaborator(level, alias, name, at) else {
                return;
            };
            level = next;
            update(level);
        }
    }

    /// Adds the usage of a model invocation to each agent of the chain.
    pub(super) fn add_usage(&self, call: &mut Call, usage: &Usage, at: SystemTime) {
        self.update_agents(call, at, |agent| agent.usage.add(usage));
    }
}

fn find_or_push_collaborator<'c>(
    level: &'c mut Call,
    alias: &str,
    name: Option<&str>,
    at: SystemTime,
) -> Option<&'c mut Call> {
    let is_agent = |step: &Step| {
        step.call.operation == Some(INVOKE_AGENT)
            && step
                .key
                .as_deref()
                .is_some_and(|key| key == alias || Some(key) == name)
    };
    let holds_agent = |phase: &Step| phase.call.steps.iter().any(is_agent);
    // The latest invocation: an agent may be called more than once.
    let found = level
        .steps
        .iter()
        .rposition(|step| is_agent(step) || holds_agent(step));
    let Some(found) = found else {
        let mut agent = Call::new(Some(INVOKE_AGENT), level.cap());
        name_collaborator(&mut agent, Some(alias), name);
        let step = push_step(level, agent, Some(alias.to_owned()), at)?;
        return Some(&mut step.call);
    };
    let found = level.steps.get_mut(found)?;
    let step = if is_agent(found) {
        found
    } else {
        found.call.steps.iter_mut().rfind(|step| is_agent(step))?
    };
    step.ended = step.ended.max(at);
    Some(&mut step.call)
}

/// Records the name and the ids of a collaborator.
pub(super) fn name_collaborator(agent: &mut Call, alias: Option<&str>, name: Option<&str>) {
    set_span_name(INVOKE_AGENT, name, agent);
    agent.extra_attributes.insert_text(AGENT_NAME, name);
    // arn:aws:bedrock:us-east-1:123456789012:agent-alias/AGENT/ALIAS
    let mut ids = alias.unwrap_or_default().rsplit('/');
    let (alias, id) = (ids.next(), ids.next());
    if let Some(id) = id {
        agent.extra_attributes.insert_text(AGENT_ID, Some(id));
        agent.extra_attributes.insert_text(AGENT_ALIAS_ID, alias);
    }
}

/// The phase of a run that a part of the trace belongs to.
pub(super) fn find_or_push_phase<'c>(
    agent: &'c mut Call,
    name: &'static str,
    trace_id: Option<&str>,
    at: SystemTime,
) -> Option<&'c mut Step> {
    let is_phase = |step: &Step| {
        step.call.span_name.as_deref() == Some(name) && step.key.as_deref() == trace_id
    };
    if let Some(found) = agent.steps.iter().rposition(is_phase) {
        return agent.steps.get_mut(found);
    }
    let mut call = Call::new(None, agent.cap());
    call.span_name = Some(name.into());
    call.extra_attributes.insert(AGENT_STEP, name);
    call.extra_attributes.insert_text(AGENT_TRACE_ID, trace_id);
    push_step(agent, call, trace_id.map(str::to_owned), at)
}

/// The latest open step of an operation.
pub(super) fn find_open_step<'c>(parent: &'c mut Call, operation: &str) -> Option<&'c mut Step> {
    let mut steps = parent.steps.iter_mut();
    steps.rfind(|step| step.open && step.call.operation == Some(operation))
}
