//! `LlmTool`.

use super::event_context::{EventContext, new_id};
use crate::record::ToolRun;
use crate::record::content::TruncatedText;
use crate::semconv;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::event;

pub(super) fn emit_tool(event_context: &EventContext<'_>, tool: &ToolRun) {
    let content =
        |text: &Option<TruncatedText>| text.as_ref().map(|text| event_context.truncate(text));
    let mut event = event_context.new_event(event::TOOL, new_id());
    event.push(name::NAME, tool.name.clone());
    event.push_text(name::RUN_ID, tool.id.as_deref());
    let agent = event_context
        .call
        .extra_attributes
        .get_text(semconv::AGENT_NAME);
    event.push_text(name::AGENT_NAME, agent);
    event.push(name::DURATION, event_context.duration());
    event.push_if_some(name::INPUT, content(&tool.arguments));
    event.push_if_some(name::OUTPUT, content(&tool.result));
    event_context.push_error(&mut event);
    event_context.emit(event, event_context.started);
}
