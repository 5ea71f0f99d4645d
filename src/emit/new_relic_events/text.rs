//! Messages as plain text, in the form that New Relic's agents use.

use crate::record::Part;
use crate::record::content::TruncatedText;

/// Joins the parts of a message with blank lines. Media is named, never copied.
pub(super) fn join_parts<'a>(parts: impl IntoIterator<Item = &'a Part>) -> TruncatedText {
    let mut text = TruncatedText::new(usize::MAX);
    for part in parts {
        if !text.is_empty() {
            text.push("\n\n");
        }
        match part {
            Part::Text { text: content, .. } => text.append(content),
            Part::Reasoning { .. } => text.push("<reasoning>"),
            Part::ToolCall { name, .. } | Part::ServerToolCall { name, .. } => {
                push_element(&mut text, "tool_use", |text| text.push(name));
            }
            Part::ToolResult { response, .. } | Part::ServerToolResult { response, .. } => {
                push_element(&mut text, "tool_result", |text| text.append(response));
            }
            Part::Media(media) => text.push(&format!("<{}>", media.modality)),
            Part::Other {
                kind,
                text: Some(content),
                ..
            } => push_element(&mut text, kind, |text| text.append(content)),
            Part::Other { kind, .. } => text.push(&format!("<{kind}>")),
        }
    }
    text
}

fn push_element(text: &mut TruncatedText, tag: &str, write: impl FnOnce(&mut TruncatedText)) {
    text.push(&format!("<{tag}>"));
    write(text);
    text.push(&format!("</{tag}>"));
}
