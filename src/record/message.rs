//! Messages and their parts, as the GenAI conventions define them.

use std::borrow::Cow;
use std::time::SystemTime;

use super::Media;
use super::content::{ContentKind, Redactor, TruncatedText, redact};
use super::json::remove_json_media;

/// A message of the request, or of a candidate.
#[derive(Debug, Default)]
pub(crate) struct Message {
    /// `user`, `assistant`, `system`, `tool`, or any other role of the body.
    pub(crate) role: Cow<'static, str>,
    pub(crate) parts: Vec<Part>,
    /// `None` if it is the start or the end of the call.
    pub(crate) timestamp: Option<SystemTime>,
}

impl Message {
    pub(crate) fn new(role: impl Into<Cow<'static, str>>, parts: Vec<Part>) -> Self {
        Self {
            role: role.into(),
            parts,
            timestamp: None,
        }
    }

    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>, kind: ContentKind) {
        for part in &mut self.parts {
            part.redact(redactor, kind);
        }
    }
}

/// A part of a message. Its JSON form is in `emit::json`.
#[derive(Debug)]
pub(crate) enum Part {
    Text {
        text: TruncatedText,
        citations: Vec<Citation>,
    },
    Reasoning {
        text: TruncatedText,
        /// Bytes of the signature over the text.
        signature: Option<usize>,
        /// Bytes of encrypted reasoning.
        redacted: Option<usize>,
    },
    ToolCall {
        id: Option<String>,
        name: String,
        /// JSON.
        arguments: TruncatedText,
    },
    ToolResult {
        id: Option<String>,
        response: TruncatedText,
        /// The response is JSON, not plain text.
        json: bool,
        failed: bool,
    },
    /// A call of a tool that the provider runs.
    ServerToolCall {
        id: Option<String>,
        name: String,
        /// JSON.
        arguments: TruncatedText,
    },
    ServerToolResult {
        id: Option<String>,
        /// The provider's type of the result.
        kind: String,
        /// JSON.
        response: TruncatedText,
    },
    Media(Media),
    /// Any other kind, with its text.
    Other {
        kind: &'static str,
        name: Option<String>,
        text: Option<TruncatedText>,
    },
}

impl Part {
    pub(crate) fn text(text: TruncatedText) -> Self {
        Self::Text {
            text,
            citations: Vec::new(),
        }
    }

    pub(crate) fn reasoning(text: TruncatedText) -> Self {
        Self::Reasoning {
            text,
            signature: None,
            redacted: None,
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    pub(crate) fn is_reasoning(&self) -> bool {
        matches!(self, Self::Reasoning { .. })
    }

    pub(crate) fn is_call(&self) -> bool {
        matches!(self, Self::ToolCall { .. } | Self::ServerToolCall { .. })
    }

    /// The part's content, and whether that is JSON.
    pub(crate) fn content(&self) -> Option<(&TruncatedText, bool)> {
        match self {
            Self::Text { text, .. } | Self::Reasoning { text, .. } => Some((text, false)),
            Self::ToolCall { arguments, .. } | Self::ServerToolCall { arguments, .. } => {
                Some((arguments, true))
            }
            Self::ToolResult { response, json, .. } => Some((response, *json)),
            Self::ServerToolResult { response, .. } => Some((response, true)),
            Self::Media(_) => None,
            Self::Other { text, .. } => text.as_ref().map(|text| (text, false)),
        }
    }

    /// Removes media, then runs a redaction over the part; `kind` is that of its plain text.
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>, kind: ContentKind) {
        match self {
            Self::Text { text, citations } => {
                text.redact(redactor, kind);
                for citation in citations {
                    citation.redact(redactor, kind);
                }
            }
            Self::Reasoning { text, .. } => text.redact(redactor, ContentKind::Reasoning),
            Self::ToolCall { arguments, .. } | Self::ServerToolCall { arguments, .. } => {
                remove_json_media(arguments);
                arguments.redact(redactor, ContentKind::ToolArguments);
            }
            Self::ToolResult { response, .. } | Self::ServerToolResult { response, .. } => {
                remove_json_media(response);
                response.redact(redactor, ContentKind::ToolResult);
            }
            Self::Media(media) => media.redact(redactor, kind),
            Self::Other { name, text, .. } => {
                if let Some(text) = text {
                    text.redact(redactor, kind);
                }
                // The file or the address of the text.
                if let Some(name) = name {
                    redact(redactor, kind, name);
                }
            }
        }
    }
}

/// A source that the model cites.
#[derive(Debug, Default)]
pub(crate) struct Citation {
    pub(crate) title: Option<TruncatedText>,
    pub(crate) source: Option<TruncatedText>,
}

impl Citation {
    fn redact(&mut self, redactor: Option<&Redactor>, kind: ContentKind) {
        for text in [&mut self.title, &mut self.source].into_iter().flatten() {
            text.redact(redactor, kind);
        }
    }
}

/// A tool that the model may call.
#[derive(Debug)]
pub(crate) struct Tool {
    /// `function`, or the type of a provider's tool.
    pub(crate) kind: Cow<'static, str>,
    pub(crate) name: String,
    pub(crate) description: Option<TruncatedText>,
    /// A JSON schema.
    pub(crate) parameters: Option<TruncatedText>,
}

impl Tool {
    pub(crate) fn function(name: impl Into<String>) -> Self {
        let (kind, name) = (Cow::Borrowed("function"), name.into());
        Self {
            kind,
            name,
            description: None,
            parameters: None,
        }
    }

    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        for text in [&mut self.description, &mut self.parameters]
            .into_iter()
            .flatten()
        {
            text.redact(redactor, ContentKind::ToolDefinition);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::content::Content;

    fn redact_part(mut part: Part) -> Part {
        let hide = |content: &mut Content<'_>| {
            let hidden = content.text().replace("Anna", "X");
            content.set_text(hidden);
        };
        let redactor = Redactor::new(hide);
        part.redact(Some(&redactor), ContentKind::Output);
        part
    }

    #[test]
    fn media_in_tool_content_become_markers_before_the_redaction() {
        let json = || TruncatedText::copy(1000, r#"{"type":"image","data":"AAAA","of":"Anna"}"#);
        let cleaned = r#"{"type":"image","data":"[base64, 3 bytes]","of":"X"}"#;
        let (id, name) = (None, String::new());
        for part in [
            Part::ToolCall {
                id: id.clone(),
                name: name.clone(),
                arguments: json(),
            },
            Part::ServerToolCall {
                id: id.clone(),
                name: name.clone(),
                arguments: json(),
            },
            Part::ToolResult {
                id: id.clone(),
                response: json(),
                json: true,
                failed: false,
            },
            Part::ServerToolResult {
                id,
                kind: name,
                response: json(),
            },
        ] {
            let part = redact_part(part);
            let content = part.content().map(|(text, _)| text.as_str());
            assert_eq!(content, Some(cleaned), "{part:?}");
        }
    }

    #[test]
    fn truncated_text_keeps_no_start_of_media() {
        let run = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC".repeat(4);
        let text = TruncatedText::copy(46, &format!("A picture: {run}"));
        let part = redact_part(Part::text(text));
        let content = part.content().map(|(text, _)| text.as_str());
        assert_eq!(content, Some("A picture: [base64]"));
    }

    #[test]
    fn name_is_redacted_without_a_text() {
        let part = redact_part(Part::Other {
            kind: "file",
            name: Some("Anna.pdf".to_owned()),
            text: None,
        });
        assert!(
            matches!(&part, Part::Other { name: Some(name), .. } if name == "X.pdf"),
            "{part:?}"
        );
    }
}
