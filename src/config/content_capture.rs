//! Where message content is recorded.

use std::str::FromStr;

use crate::Error;

/// Where message content is recorded.
///
/// `FromStr` accepts the values of
/// `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`:
///
/// ```
/// use nr_bedrock_observability::ContentCapture;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// assert_eq!("span_only".parse::<ContentCapture>()?, ContentCapture::Attributes);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ContentCapture {
    /// As span attributes: `gen_ai.system_instructions`, `gen_ai.input.messages`,
    /// `gen_ai.output.messages` and `gen_ai.tool.definitions`.
    Attributes,
    /// As span attributes and as span events.
    #[default]
    AttributesAndEvents,
    /// As span events, one per message: `gen_ai.system.message`,
    /// `gen_ai.user.message`, `gen_ai.assistant.message`,
    /// `gen_ai.tool.message`, `gen_ai.choice`.
    Events,
    /// Nowhere. Text of prompts and responses is not copied.
    Off,
}

impl ContentCapture {
    pub(super) fn includes_attributes(self) -> bool {
        matches!(self, Self::Attributes | Self::AttributesAndEvents)
    }

    pub(super) fn includes_events(self) -> bool {
        matches!(self, Self::Events | Self::AttributesAndEvents)
    }
}

impl FromStr for ContentCapture {
    type Err = Error;

    /// # Errors
    /// The text is none of the values. Case does not matter.
    fn from_str(text: &str) -> Result<Self, Error> {
        parse_capture("content capture", text)
    }
}

/// Parses a value of `setting`, which the error names.
pub(super) fn parse_capture(setting: &str, text: &str) -> Result<ContentCapture, Error> {
    let value = text.trim().to_ascii_lowercase();
    match VALUES.iter().find(|(known, _)| *known == value) {
        Some((_, capture)) => Ok(*capture),
        None => Err(Error::invalid_setting(
            setting,
            format_args!(
                "{text:?} is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true, false"
            ),
        )),
    }
}

const VALUES: &[(&str, ContentCapture)] = &[
    ("event_only", ContentCapture::Events),
    ("false", ContentCapture::Off),
    ("no_content", ContentCapture::Off),
    ("span_and_event", ContentCapture::AttributesAndEvents),
    ("span_only", ContentCapture::Attributes),
    ("true", ContentCapture::AttributesAndEvents),
];
