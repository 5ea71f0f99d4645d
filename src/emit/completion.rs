//! A completed inference, as feedback closures see it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use opentelemetry::trace::SpanContext;

use crate::record::{Call, Message, Part, normalize_finish_reason};
use crate::semconv::operation;
use crate::trace::TraceRef;

/// A completed response of a model, passed to the closure of
/// [`MonitorOptions::feedback_with`](crate::MonitorOptions::feedback_with).
pub struct Completion<'a> {
    pub(super) call: &'a Call,
    pub(super) span: &'a SpanContext,
    pub(super) latency: Duration,
}

impl Completion<'_> {
    /// `chat`, `text_completion` or `generate_content`.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.call.operation.unwrap_or(operation::CHAT)
    }

    /// The model id of the request.
    #[must_use]
    pub fn request_model(&self) -> Option<&str> {
        self.call.model.as_deref()
    }

    /// The model id of the response, if it has one.
    #[must_use]
    pub fn response_model(&self) -> Option<&str> {
        self.call.response.model.as_deref()
    }

    /// The response id assigned by the model provider.
    #[must_use]
    pub fn response_id(&self) -> Option<&str> {
        self.call.response.id.as_deref()
    }

    /// The AWS request id.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.call.http.request_id.as_deref()
    }

    /// Input tokens, cached tokens included.
    #[must_use]
    pub fn input_tokens(&self) -> Option<i64> {
        self.call.usage.input_tokens()
    }

    /// Output tokens.
    #[must_use]
    pub fn output_tokens(&self) -> Option<i64> {
        self.call.usage.output
    }

    /// The finish reason: `stop`, `length`, `tool_call`, `content_filter`, or the
    /// model's own value if it maps to none of these.
    #[must_use]
    pub fn finish_reason(&self) -> Option<Cow<'static, str>> {
        let mut choices = self.call.response.choices.iter();
        choices
            .find_map(|choice| choice.finish_reason())
            .map(normalize_finish_reason)
    }

    /// The time from the request to the end of the response.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// The time from the request to the first event of a streamed response.
    #[must_use]
    pub fn time_to_first_chunk(&self) -> Option<Duration> {
        self.call.stream.as_ref()?.time_to_first_chunk
    }

    /// Whether the response was streamed.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        self.call.stream.is_some()
    }

    /// The text of the last input message after redaction. `None` if content is not
    /// recorded.
    #[must_use]
    pub fn input(&self) -> Option<String> {
        join_text(self.call.input.last()?)
    }

    /// The text of the first candidate after redaction. `None` if content is not
    /// recorded.
    #[must_use]
    pub fn output(&self) -> Option<String> {
        join_text(&self.call.response.choices.first()?.message)
    }

    /// A reference to the span, for feedback that arrives later. `None` without an
    /// OpenTelemetry layer.
    #[must_use]
    pub fn trace(&self) -> Option<TraceRef> {
        TraceRef::from_span(self.span, self.response_id())
    }
}

/// Without content.
impl fmt::Debug for Completion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("request_model", &self.request_model())
            .field("finish_reason", &self.finish_reason())
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

fn join_text(message: &Message) -> Option<String> {
    let texts = message.parts.iter().filter_map(|part| match part {
        Part::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}
