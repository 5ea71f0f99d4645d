//! `LlmAgent`, and what was said to and by the agent.

use super::chat;
use super::record::{EventContext, new_id};
use crate::record::AttributeValue;
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(event_context: &EventContext<'_>) {
    let fact = |wanted: &str| {
        event_context
            .call
            .extra_attributes
            .iter()
            .find_map(|(key, fact)| match fact {
                AttributeValue::Text(text) if *key == wanted => Some(text.clone()),
                _ => None,
            })
    };
    let agent = fact(semconv::AGENT_NAME).or_else(|| fact(semconv::AGENT_ID));
    let mut event = event_context.event(event::AGENT, new_id());
    event.put(name::NAME, agent.unwrap_or_else(|| UNNAMED.to_owned()));
    event.put(name::DURATION, event_context.duration());
    event_context.error(&mut event);
    event_context.emit(event, event_context.started);
    // Marked as no call of a model's: those are the agent's steps.
    chat::emit(event_context, true);
}

/// As New Relic's agents call it.
const UNNAMED: &str = "agent";
