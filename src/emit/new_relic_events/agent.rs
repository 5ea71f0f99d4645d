//! `LlmAgent`, and the messages of the agent run.

use super::chat::emit_chat;
use super::event_context::{EventContext, new_id};
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit_agent(event_context: &EventContext<'_>) {
    let attributes = &event_context.call.extra_attributes;
    let agent = attributes
        .get_text(semconv::AGENT_NAME)
        .or_else(|| attributes.get_text(semconv::AGENT_ID))
        .unwrap_or(UNNAMED_AGENT);
    let mut event = event_context.new_event(event::AGENT, new_id());
    event.push(name::NAME, agent.to_owned());
    event.push(name::DURATION, event_context.duration());
    event_context.push_error(&mut event);
    event_context.emit(event, event_context.started);
    // Marked as virtual: the model calls are the agent's steps.
    emit_chat(event_context, true);
}

/// The name that New Relic's agents use.
const UNNAMED_AGENT: &str = "agent";
