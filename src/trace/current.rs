//! The OpenTelemetry context of the current span.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

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
