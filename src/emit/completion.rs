//! What a model answered, for who wants to judge it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use opentelemetry::trace::SpanContext;

use crate::record::{Call, Message, Part, normalize_finish_reason};
use crate::semconv::operation;
use crate::trace::trace_ref::TraceRef;

/// A model's answer that has come to its end, as
/// [`MonitorOptions::feedback_callback`](crate::MonitorOptions::feedback_callback)
/// sees it. Nothing of it can be changed.
pub struct Completion<'a> {
    pub(crate) call: &'a Call,
    pub(crate) span: &'a SpanContext,
    pub(crate) latency: Duration,
}

impl Completion<'_> {
    /// `chat`, `text_completion` or `generate_content`.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.call.operation.unwrap_or(operation::CHAT)
    }

    /// The model as the request names it.
    #[must_use]
    pub fn request_model(&self) -> Option<&str> {
        self.call.model.as_deref()
    }

    /// The model as the answer names it.
    #[must_use]
    pub fn response_model(&self) -> Option<&str> {
        self.call.response.model.as_deref()
    }

    /// The id that the model's provider gave to the answer.
    #[must_use]
    pub fn response_id(&self) -> Option<&str> {
        self.call.response.id.as_deref()
    }

    /// AWS's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.call.http.request_id.as_deref()
    }

    /// Tokens that went in, cached ones included.
    #[must_use]
    pub fn input_tokens(&self) -> Option<i64> {
        self.call.usage.input_tokens()
    }

    /// Tokens that came out.
    #[must_use]
    pub fn output_tokens(&self) -> Option<i64> {
        self.call.usage.output
    }

    /// Why the model stopped: `stop`, `length`, `tool_call`, `content_filter`, or
    /// the model's own word.
    #[must_use]
    pub fn finish_reason(&self) -> Option<Cow<'static, str>> {
        let mut choices = self.call.response.choices.iter();
        choices
            .find_map(|choice| choice.finish_reason())
            .map(normalize_finish_reason)
    }

    /// From the request to the end of the answer.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// From the request to the first event of a streamed answer.
    #[must_use]
    pub fn time_to_first_chunk(&self) -> Option<Duration> {
        self.call.stream.as_ref()?.time_to_first_chunk
    }

    /// Whether the answer was streamed.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        self.call.stream.is_some()
    }

    /// The text of the last message of the request, as far as it is recorded:
    /// after the redaction, and `None` where content is not.
    #[must_use]
    pub fn input(&self) -> Option<String> {
        text_of(self.call.input.last()?)
    }

    /// The text of the answer, as far as it is recorded.
    #[must_use]
    pub fn output(&self) -> Option<String> {
        text_of(&self.call.response.choices.first()?.message)
    }

    /// Where it is in its trace, for what is said of it later. `None` where no
    /// OpenTelemetry layer listens.
    #[must_use]
    pub fn trace(&self) -> Option<TraceRef> {
        TraceRef::of(self.span, self.response_id())
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

fn text_of(message: &Message) -> Option<String> {
    let texts = message.parts.iter().filter_map(|part| match part {
        Part::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}
