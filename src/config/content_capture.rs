//! Where message content goes.

use std::str::FromStr;

use crate::Error;

/// Where the content of messages is recorded.
///
/// Reads the values of `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`:
///
/// ```
/// use nr_bedrock_observability::ContentCapture;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// assert_eq!("span_only".parse::<ContentCapture>()?, ContentCapture::SpanAttributes);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ContentCapture {
    /// On the span as attributes and as events.
    #[default]
    Both,
    /// Nowhere: no text of a prompt or an answer is copied.
    None,
    /// As the attributes `gen_ai.system_instructions`,
    /// `gen_ai.input.messages`, `gen_ai.output.messages` and
    /// `gen_ai.tool.definitions`.
    SpanAttributes,
    /// As span events, one for each message: `gen_ai.system.message`,
    /// `gen_ai.user.message`, `gen_ai.assistant.message`,
    /// `gen_ai.tool.message`, `gen_ai.choice`.
    SpanEvents,
}

impl ContentCapture {
    /// Whether it goes into attributes, and into events.
    pub(crate) fn places(self) -> (bool, bool) {
        match self {
            Self::Both => (true, true),
            Self::None => (false, false),
            Self::SpanAttributes => (true, false),
            Self::SpanEvents => (false, true),
        }
    }
}

impl FromStr for ContentCapture {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let word = text.trim().to_ascii_lowercase();
        match WORDS.iter().find(|(known, _)| *known == word) {
            Some((_, capture)) => Ok(*capture),
            None => Err(Error::invalid_setting(
                "content capture",
                format_args!(
                    "{text:?} is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true, false"
                ),
            )),
        }
    }
}

const WORDS: &[(&str, ContentCapture)] = &[
    ("event_only", ContentCapture::SpanEvents),
    ("false", ContentCapture::None),
    ("no_content", ContentCapture::None),
    ("span_and_event", ContentCapture::Both),
    ("span_only", ContentCapture::SpanAttributes),
    ("true", ContentCapture::Both),
];
