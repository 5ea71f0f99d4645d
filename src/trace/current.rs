//! The OpenTelemetry context of the current span.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetrySpanExt as _, get_otel_context};
use tracing_subscriber::registry::{LookupSpan as _, Registry};

use super::missing_layer::warn_if_layer_is_missing;

/// The context of the current `tracing` span, or of its nearest exported
/// ancestor if the current span is filtered out of the OpenTelemetry layer.
///
/// Without access to the layer (behind a `reload`), and for spans started
/// through OpenTelemetry's own API, only OpenTelemetry's current context knows
/// the innermost span.
pub(crate) fn current_context() -> Context {
    let span = Span::current();
    let context = span.context();
    if context.has_active_span() {
        return context;
    }
    let context = Context::current();
    if !context.has_active_span() {
        warn_if_layer_is_missing(&span);
    }
    context
}

/// The context that a span was started in: that of its nearest exported ancestor.
pub(super) fn parent_context(span: &Span) -> Context {
    let parent = span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        // Extensions must not be borrowed here, so the ids come first.
        let ancestors: Vec<_> = span.scope().skip(1).map(|span| span.id()).collect();
        let contexts = ancestors.iter();
        let mut contexts = contexts.filter_map(|id| get_otel_context(id, dispatch));
        contexts.find(Context::has_active_span)
    });
    match parent.flatten() {
        Some(context) => context,
        // A root span inside another one was made so on purpose.
        None if Span::current().is_none() => Context::current(),
        None => Context::new(),
    }
}
