//! Traces that go on in another process: W3C headers, baggage, references to
//! spans, and the attributes that spans inherit. Public as `propagation`.

use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, KeyValue};
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use self::inherited_attributes as context;
use self::inherited_attributes::{hand_down, inherited};
use self::trace_ref::TraceRef;
use crate::semconv;

mod baggage;
pub(crate) mod inherited_attributes;
pub(crate) mod trace_ref;
mod w3c_headers;

pub use self::w3c_headers::{extract, inject, set_parent};

/// The id of the trace that the current span belongs to, in hexadecimal: what
/// to search for in New Relic. `None` outside of a span, and where no
/// OpenTelemetry layer is installed.
///
/// ```
/// # use nr_bedrock_observability::current_trace_id;
/// #[tracing::instrument(skip_all)]
/// async fn answer(question: &str) -> Option<String> {
///     // …
///     current_trace_id()
/// }
/// ```
#[must_use]
pub fn current_trace_id() -> Option<String> {
    TraceRef::current().map(|trace| trace.trace_id())
}

/// Says which conversation the current span belongs to:
/// `gen_ai.conversation.id`, on it and on the spans below it that begin from now
/// on. It need not be a field of the span. Nothing outside of any span.
///
/// ```
/// use nr_bedrock_observability::propagation::set_conversation_id;
///
/// #[tracing::instrument(skip_all)]
/// async fn chat(cookie: &str) {
///     set_conversation_id(cookie);
///     // …
/// }
/// ```
pub fn set_conversation_id(id: impl Into<String>) {
    let id = KeyValue::new(semconv::CONVERSATION_ID, id.into());
    let span = Span::current();
    // An attribute that is set twice is there twice.
    if !inherited(&span, &Context::new()).contains(&id) {
        span.set_attribute(id.key.clone(), id.value.clone());
        hand_down(&span, id);
    }
}

/// The layer that keeps what spans hand down, for a registry of your own.
/// [`Telemetry::layer`](crate::Telemetry::layer) and
/// [`Telemetry::install`](crate::Telemetry::install) have it inside. It sees spans
/// of the level INFO and above that have such a field, and enables no others.
///
/// ```
/// use nr_bedrock_observability::propagation;
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry()
///     // .with(tracing_opentelemetry::layer().with_tracer(tracer))
///     .with(propagation::layer());
/// # drop(subscriber);
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    context::layer(LevelFilter::INFO)
}

impl TraceRef {
    /// The current span, or the one around it where the current one is not
    /// exported. `None` outside of a span, and where no OpenTelemetry layer is
    /// installed.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::of(current_context().span().span_context(), None)
    }
}

/// The context of the current span, or of the one around it where the current
/// one is not exported: filtered away from the OpenTelemetry layer. That layer
/// may also be out of reach, behind a `reload`, or the span be one of
/// OpenTelemetry's own: the innermost one is then known to OpenTelemetry alone.
pub(crate) fn current_context() -> Context {
    let context = Span::current().context();
    if context.has_active_span() {
        context
    } else {
        Context::current()
    }
}
