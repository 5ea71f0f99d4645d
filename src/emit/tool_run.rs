//! A tool that was run, as attributes.

use super::attributes::Attributes;
use crate::record::ToolRun;
use crate::record::content::{Capture, TruncatedText};
use crate::semconv;

pub(super) fn attributes(tool: &ToolRun, capture: &Capture, attributes: &mut Attributes) {
    attributes.put(semconv::TOOL_NAME, tool.name.clone());
    attributes.put(semconv::TOOL_TYPE, tool.kind);
    attributes.text(semconv::TOOL_CALL_ID, tool.id.as_deref());
    let content = |clip: &Option<TruncatedText>| {
        let clip = clip.as_ref().filter(|_| capture.attributes)?;
        Some(clip.truncated_to(capture.limit).into_owned())
    };
    attributes.some(semconv::TOOL_CALL_ARGUMENTS, content(&tool.arguments));
    attributes.some(semconv::TOOL_CALL_RESULT, content(&tool.result));
}
