//! Where message content is recorded.

use std::str::FromStr;

use crate::Error;
use crate::record::content::{Places, ScopedFuture, run_in_scope};

/// Where message content is recorded.
///
/// Error texts that may quote content are recorded in the same place: those of the
/// application's tools and searches, and of the steps of agents. They are in the status
/// of a span with `Attributes`, in its event `exception` with `Events`.
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
    /// Nowhere. Text of prompts and responses is not copied, and errors of the
    /// application's tools and searches, and of the steps of agents, are recorded by
    /// their type alone.
    Off,
}

impl ContentCapture {
    /// Runs a future in which calls, searches and tools start with this decision
    /// instead of that of their options. It works on every thread that polls the
    /// future, and without any layer. Spawned tasks start outside of it.
    ///
    /// Of nested scopes, the stricter decision holds. A scope turns on only what the
    /// environment allows. Redaction and limits stay those of the options. A stream
    /// keeps the decision with which its call started.
    ///
    /// ```
    /// use nr_bedrock_observability::ContentCapture;
    ///
    /// # async fn ask(_: &str) -> String { String::new() }
    /// async fn ask_privately(question: &str) -> String {
    ///     ContentCapture::Off.scope(ask(question)).await
    /// }
    /// ```
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        ScopedFuture::new(self.places(), future)
    }

    /// Runs code in which calls, searches and tools start with this decision. See
    /// [`scope`](Self::scope).
    pub fn in_scope<T>(self, work: impl FnOnce() -> T) -> T {
        run_in_scope(self.places(), work)
    }

    pub(super) fn places(self) -> Places {
        Places {
            attributes: matches!(self, Self::Attributes | Self::AttributesAndEvents),
            events: matches!(self, Self::Events | Self::AttributesAndEvents),
        }
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
