//! Messages as one text, in the way of New Relic's agents.

use crate::record::Part;
use crate::record::content::TruncatedText;

/// The parts of a message, with blank lines between them. What is no text is
/// named, and never copied.
pub(super) fn of<'a>(parts: impl IntoIterator<Item = &'a Part>) -> TruncatedText {
    let mut text = TruncatedText::new(usize::MAX);
    for part in parts {
        if !text.is_empty() {
            text.push("\n\n");
        }
        match part {
            Part::Text { text: said, .. } => text.append(said),
            Part::Reasoning { .. } => text.push("<reasoning>"),
            Part::ToolCall { name, .. } | Part::ServerToolCall { name, .. } => {
                between(&mut text, "tool_use", |text| text.push(name));
            }
            Part::ToolResult { response, .. } | Part::ServerToolResult { response, .. } => {
                between(&mut text, "tool_result", |text| text.append(response));
            }
            Part::Media(media) => text.push(&format!("<{}>", media.modality)),
            Part::Other {
                kind,
                text: Some(said),
                ..
            } => between(&mut text, kind, |text| text.append(said)),
            Part::Other { kind, .. } => text.push(&format!("<{kind}>")),
        }
    }
    text
}

fn between(text: &mut TruncatedText, tag: &str, write: impl FnOnce(&mut TruncatedText)) {
    text.push(&format!("<{tag}>"));
    write(text);
    text.push(&format!("</{tag}>"));
}
