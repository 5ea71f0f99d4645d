//! A place in a trace that a later request can name.

use std::fmt;
use std::str::FromStr;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::Error;

/// A reference to a span, for what is said of it after it has ended: a user who
/// gives a thumb an hour later, in another process.
///
/// It is a text: the span's W3C `traceparent` and, where it is known, the id of
/// the model's answer after a slash. It goes through JSON, a query, a cookie or
/// a database as it is, and tells nobody anything but ids.
///
/// ```
/// use nr_bedrock_observability::{Feedback, TraceRef};
///
/// #[tracing::instrument(skip_all)]
/// async fn answer(question: &str) -> (String, Option<TraceRef>) {
///     // … ask the model …
///     ("In ten days.".to_owned(), TraceRef::current())
/// }
///
/// // An hour later, what the browser sends back:
/// fn rate(trace: &str, helped: bool) -> Result<(), nr_bedrock_observability::Error> {
///     let trace: TraceRef = trace.parse()?;
///     let feedback = if helped { Feedback::positive() } else { Feedback::negative() };
///     feedback.record_for(&trace);
///     Ok(())
/// }
/// # rate("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01/msg_1", true).unwrap();
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TraceRef {
    span: SpanContext,
    response_id: Option<String>,
}

impl TraceRef {
    /// `None` where there is no such span.
    pub(crate) fn of(span: &SpanContext, response_id: Option<&str>) -> Option<Self> {
        span.is_valid().then(|| Self {
            span: SpanContext::new(
                span.trace_id(),
                span.span_id(),
                span.trace_flags() & TraceFlags::SAMPLED,
                true,
                TraceState::NONE,
            ),
            response_id: response_id.filter(|id| is_id(id)).map(str::to_owned),
        })
    }

    /// The trace's id, in 32 hexadecimal digits: what to search for in New Relic.
    #[must_use]
    pub fn trace_id(&self) -> String {
        self.span.trace_id().to_string()
    }

    /// The span's id, in 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        self.span.span_id().to_string()
    }

    /// The id that the model's provider gave to the answer, where it is known.
    #[must_use]
    pub fn response_id(&self) -> Option<&str> {
        self.response_id.as_deref()
    }

    pub(crate) fn span_context(&self) -> &SpanContext {
        &self.span
    }
}

impl fmt::Display for TraceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_traceparent(&self.span, f)?;
        match &self.response_id {
            Some(id) => write!(f, "/{id}"),
            None => Ok(()),
        }
    }
}

impl FromStr for TraceRef {
    type Err = Error;

    /// # Errors
    /// The text is not one that a `TraceRef` was written as, or the
    /// `traceparent` of a request: that of another tracing system, for example.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (parent, response_id) = match text.split_once('/') {
            Some((parent, id)) => (parent, Some(id)),
            None => (text, None),
        };
        let foreign = || {
            let start: String = text.chars().take(SHOWN).collect();
            let problem = format_args!(
                "{start:?} is no reference to a trace: it looks like \
                 \"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\", with the \
                 answer's id after a \"/\" or without"
            );
            Error::invalid_setting("trace reference", problem)
        };
        let span = parse_traceparent(parent).ok_or_else(foreign)?;
        if response_id.is_some_and(|id| !is_id(id)) {
            return Err(foreign());
        }
        Self::of(&span, response_id).ok_or_else(foreign)
    }
}

impl Serialize for TraceRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// `00-{trace}-{span}-{flags}`, of whose flags one is defined.
pub(crate) fn write_traceparent(span: &SpanContext, to: &mut impl fmt::Write) -> fmt::Result {
    let sampled = span.trace_flags() & TraceFlags::SAMPLED;
    write!(
        to,
        "00-{}-{}-{sampled:02x}",
        span.trace_id(),
        span.span_id()
    )
}

/// The standard asks for lower case, and of a later version to read what is
/// known of it.
pub(crate) fn parse_traceparent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let mut hex = |digits: usize| {
        let part = parts.next()?;
        let valid = part.len() == digits
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        valid.then_some(part)
    };
    let (version, trace, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
    if version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

/// The W3C's headers.
pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const TRACESTATE: &str = "tracestate";

/// What providers give for ids, and what goes through headers and URLs.
fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

const MAX_ID: usize = 256;

/// Characters of a wrong reference that an error shows.
const SHOWN: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_reference_is_the_text_that_it_was() {
        for text in [
            PARENT.to_owned(),
            format!("{PARENT}/msg_bdrk_01ABC"),
            format!("{PARENT}/a/b-c"),
            PARENT.replace("-01", "-00"),
        ] {
            let reference: TraceRef = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
            let json = serde_json::to_string(&reference).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<TraceRef>(&json).unwrap(), reference);
        }
        let reference: TraceRef = format!("{PARENT}/msg_1").parse().unwrap();
        assert_eq!(reference.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(reference.span_id(), "b7ad6b7169203331");
        assert_eq!(reference.response_id(), Some("msg_1"));
    }

    #[test]
    fn versions_to_come_are_read_and_flags_to_come_left_out() {
        let later = format!(
            "{}-more",
            PARENT.replace("00-", "01-").replace("-01", "-ff")
        );
        let reference: TraceRef = later.replace("01-0af", "cc-0af").parse().unwrap();
        assert_eq!(reference.to_string(), PARENT);
    }

    #[test]
    fn what_is_foreign_is_named() {
        for text in [
            "",
            "yes",
            // AWS X-Ray's, and Zipkin's.
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1",
            // Too short, of nothing, in capitals, with more than belongs there.
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01/",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01/a b",
        ] {
            let error = text.parse::<TraceRef>().unwrap_err();
            assert!(error.is_invalid_setting());
            let said = error.to_string();
            assert!(
                said.starts_with(&format!("trace reference: {text:?} is no reference")),
                "{said}"
            );
        }
        let long = "x".repeat(10_000).parse::<TraceRef>().unwrap_err();
        assert!(long.to_string().len() < 400);
    }
}
