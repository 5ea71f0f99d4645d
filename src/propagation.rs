//! The trace that is going on.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The id of the trace that the current span belongs to, in hexadecimal: what
/// to search for in New Relic. `None` outside of a span, and where no
/// OpenTelemetry layer is installed.
///
/// ```
/// # use nr_bedrock_observability::current_trace_id;
/// #[tracing::instrument]
/// async fn answer(question: &str) -> Option<String> {
///     // …
///     current_trace_id()
/// }
/// ```
#[must_use]
pub fn current_trace_id() -> Option<String> {
    let context = current_context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
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
