//! `LlmTool`.

use super::record::{EventContext, new_id};
use crate::record::content::TruncatedText;
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit(event_context: &EventContext<'_>) {
    let Some(tool) = &event_context.call.tool_run else {
        return;
    };
    let content =
        |clip: &Option<TruncatedText>| clip.as_ref().map(|clip| event_context.truncated_text(clip));
    let mut event = event_context.event(event::TOOL, new_id());
    event.put(name::NAME, tool.name.clone());
    event.text(name::RUN_ID, tool.id.as_deref());
    let agent = event_context
        .call
        .extra_attributes
        .get_text(semconv::AGENT_NAME);
    event.text(name::AGENT_NAME, agent);
    event.put(name::DURATION, event_context.duration());
    event.some(name::INPUT, content(&tool.arguments));
    event.some(name::OUTPUT, content(&tool.result));
    event_context.error(&mut event);
    event_context.emit(event, event_context.started);
}
