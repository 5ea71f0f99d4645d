//! A serialisable reference to a span.

use std::fmt;
use std::str::FromStr;

use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags, TraceState};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::current::current_context;
use super::traceparent::{parse_traceparent, write_traceparent};
use crate::Error;

/// A reference to a span, for feedback and evaluations that arrive after the span
/// has ended, possibly in another process.
///
/// Its text form (`Display`, `FromStr`, serde) is the span's W3C `traceparent`,
/// followed by a slash and the response id if the id is known. The text is safe
/// in JSON, URLs, cookies and databases, and contains nothing but ids: characters of
/// the response id that mean something in a query or a cookie are percent-encoded.
/// Parsing accepts the id encoded or not, so a web framework may have decoded it.
///
/// `TraceRef::try_from(&span_context)` references a span of OpenTelemetry's own
/// API. It fails for an invalid span context (all-zero trace or span id), which
/// references nothing.
///
/// ```
/// use nr_bedrock_observability::{Feedback, TraceRef};
///
/// #[tracing::instrument(skip_all)]
/// async fn answer(question: &str) -> (String, Option<TraceRef>) {
///     // … call the model …
///     ("In ten days.".to_owned(), TraceRef::current())
/// }
///
/// // Later, with the reference that the browser sends back:
/// fn rate(trace: &str, helped: bool) -> Result<(), nr_bedrock_observability::Error> {
///     let trace: TraceRef = trace.parse()?;
///     let feedback = if helped { Feedback::positive() } else { Feedback::negative() };
///     feedback.record_for(&trace);
///     Ok(())
/// }
/// # rate("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01/msg_1", true).unwrap();
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TraceRef {
    span: SpanContext,
    response_id: Option<String>,
}

impl TraceRef {
    /// The current span, or its nearest exported ancestor if the current span is
    /// filtered out. `None` outside a span and without an OpenTelemetry layer.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::from_span(current_context().span().span_context(), None)
    }

    /// `None` for an invalid span context.
    pub(crate) fn from_span(span: &SpanContext, response_id: Option<&str>) -> Option<Self> {
        span.is_valid().then(|| Self {
            span: SpanContext::new(
                span.trace_id(),
                span.span_id(),
                span.trace_flags() & TraceFlags::SAMPLED,
                true,
                TraceState::NONE,
            ),
            response_id: response_id
                .filter(|id| is_response_id(id))
                .map(str::to_owned),
        })
    }

    /// The trace id in 32 hexadecimal digits, as shown by tracing backends.
    #[must_use]
    pub fn trace_id(&self) -> String {
        self.span.trace_id().to_string()
    }

    /// The span id in 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        self.span.span_id().to_string()
    }

    /// The response id assigned by the model provider, if known.
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
            Some(id) => write!(f, "/{}", utf8_percent_encode(id, ESCAPED)),
            None => Ok(()),
        }
    }
}

impl TryFrom<&SpanContext> for TraceRef {
    type Error = Error;

    /// # Errors
    /// The span context is invalid: its trace id or span id is zero.
    fn try_from(span: &SpanContext) -> Result<Self, Error> {
        Self::from_span(span, None)
            .ok_or_else(|| Error::invalid_setting("trace reference", "the span context is invalid"))
    }
}

impl FromStr for TraceRef {
    type Err = Error;

    /// # Errors
    /// The text is neither the text form of a `TraceRef` nor a W3C `traceparent`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (parent, response_id) = match text.split_once('/') {
            Some((parent, id)) => (parent, Some(id)),
            None => (text, None),
        };
        let invalid = || {
            let start: String = text.chars().take(MAX_ERROR_CHARS).collect();
            let problem = format_args!(
                "{start:?} is not a trace reference; expected a W3C traceparent such as \
                 \"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\", optionally \
                 followed by \"/\" and the response id"
            );
            Error::invalid_setting("trace reference", problem)
        };
        let span = parse_traceparent(parent).ok_or_else(invalid)?;
        let decoded = response_id.map(|id| percent_decode_str(id).decode_utf8());
        let decoded = decoded.and_then(Result::ok);
        let decoded = decoded.as_deref().filter(|id| is_response_id(id));
        let response_id = decoded.or(response_id);
        if response_id.is_some_and(|id| !is_response_id(id)) {
            return Err(invalid());
        }
        Self::from_span(&span, response_id).ok_or_else(invalid)
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

/// Printable ASCII without spaces.
fn is_response_id(text: &str) -> bool {
    (1..=MAX_RESPONSE_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What is encoded in the text form: all but the characters that have no meaning in
/// a query, a form or a cookie.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'_')
    .remove(b'~');

/// Bytes of a response id.
const MAX_RESPONSE_ID: usize = 256;

/// Characters of an invalid reference that the error quotes.
const MAX_ERROR_CHARS: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn text_form_round_trips() {
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
    fn response_id_survives_a_query_a_form_and_a_cookie() {
        for id in [
            "a&b;c#d,e",
            "100%",
            "a+b=c?d",
            "\"quoted\\\"",
            "a%b",
            "msg:1/2@x~y",
        ] {
            let raw = format!("{PARENT}/{id}");
            let reference: TraceRef = raw.parse().unwrap();
            assert_eq!(reference.response_id(), Some(id));
            let text = reference.to_string();
            let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-./:@_~%".contains(&byte);
            assert!(text.bytes().all(is_safe), "{text}");
            assert_eq!(text.parse::<TraceRef>().unwrap(), reference);
        }
    }

    #[test]
    fn newer_versions_parse_and_unknown_flags_are_dropped() {
        let later = format!(
            "{}-more",
            PARENT.replace("00-", "01-").replace("-01", "-ff")
        );
        let reference: TraceRef = later.replace("01-0af", "cc-0af").parse().unwrap();
        assert_eq!(reference.to_string(), PARENT);
    }

    #[test]
    fn invalid_text_is_quoted_in_the_error() {
        for text in [
            "",
            "yes",
            // AWS X-Ray and Zipkin (B3).
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1",
            // Too short, zero ids, upper case, trailing fields.
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
            let message = error.to_string();
            assert!(
                message.starts_with(&format!(
                    "trace reference: {text:?} is not a trace reference"
                )),
                "{message}"
            );
        }
        let long = "x".repeat(10_000).parse::<TraceRef>().unwrap_err();
        assert!(long.to_string().len() < 400);
    }

    #[test]
    fn span_context_converts_only_if_valid() {
        let span: TraceRef = PARENT.parse().unwrap();
        let converted = TraceRef::try_from(span.span_context()).unwrap();
        assert_eq!(converted, span);
        let error = TraceRef::try_from(&SpanContext::NONE).unwrap_err();
        assert!(error.is_invalid_setting());
    }
}
