//! `LlmTool`.

use super::record::{About, new_id};
use crate::record::content::Clip;
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(about: &About<'_>) {
    let Some(tool) = &about.call.tool_run else {
        return;
    };
    let content = |clip: &Option<Clip>| clip.as_ref().map(|clip| about.within(clip));
    let mut event = about.event(event::TOOL, new_id());
    event.put(name::NAME, tool.name.clone());
    event.text(name::RUN_ID, tool.id.as_deref());
    let agent = about.call.facts.known_text(semconv::AGENT_NAME);
    event.text(name::AGENT_NAME, agent);
    event.put(name::DURATION, about.duration());
    event.some(name::INPUT, content(&tool.arguments));
    event.some(name::OUTPUT, content(&tool.result));
    about.error(&mut event);
    about.emit(event, about.started);
}
