//! A short span below one that has ended.

use opentelemetry::trace::{SpanContext, SpanRef, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::trace::missing_layer::warn_if_layer_is_missing;

/// Opens a span below `parent`, in its trace, for the duration of `record`. Has no
/// effect without an OpenTelemetry layer.
pub(super) fn record_late_span(
    name: &'static str,
    parent: &SpanContext,
    inherited: Vec<KeyValue>,
    record: impl FnOnce(&SpanRef<'_>),
) {
    let current = Span::current().context();
    let span = tracing::info_span!(
        target: crate::TARGET,
        parent: None,
        "bedrock",
        otel.name = name,
        otel.kind = "internal",
    );
    if span
        .set_parent(Context::new().with_remote_span_context(parent.clone()))
        .is_err()
    {
        warn_if_layer_is_missing(&span);
        return;
    }
    // The request that delivered the result usually has a trace of its own.
    let caller = current.span().span_context().clone();
    if caller.is_valid() && caller.trace_id() != parent.trace_id() {
        span.add_link(caller);
    }
    let context = span.context();
    let span = context.span();
    span.set_attributes(inherited);
    record(&span);
}
