//! `LlmAgent`, and what was said to and by the agent.

use super::chat;
use super::record::{About, new_id};
use crate::record::Fact;
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(about: &About<'_>) {
    let fact = |wanted: &str| {
        about.call.facts.iter().find_map(|(key, fact)| match fact {
            Fact::Text(text) if *key == wanted => Some(text.clone()),
            _ => None,
        })
    };
    let agent = fact(semconv::AGENT_NAME).or_else(|| fact(semconv::AGENT_ID));
    let mut event = about.event(event::AGENT, new_id());
    event.put(name::NAME, agent.unwrap_or_else(|| UNNAMED.to_owned()));
    event.put(name::DURATION, about.duration());
    about.error(&mut event);
    about.emit(event, about.started);
    // Marked as no call of a model's: those are the agent's steps.
    chat::emit(about, true);
}

/// As New Relic's agents call it.
const UNNAMED: &str = "agent";
