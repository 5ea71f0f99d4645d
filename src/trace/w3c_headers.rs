//! Trace context and baggage in HTTP headers.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::baggage::{format_baggage, parse_baggage};
use super::current::current_context;
use super::missing_layer::warn_if_layer_is_missing;
use super::traceparent::{TRACEPARENT, TRACESTATE, TraceHeaders, parse_traceparent};

/// Writes the current trace context into the headers of a request to another
/// service: `traceparent`, and `tracestate` and `baggage` if not empty. Existing
/// headers of these names are replaced. Has no effect outside a span or without
/// an OpenTelemetry layer.
///
/// ```
/// use http::HeaderMap;
/// use nr_bedrock_observability::propagation;
///
/// let mut headers = HeaderMap::new();
/// propagation::inject(&mut headers);
/// // … send the request.
/// ```
pub fn inject(headers: &mut HeaderMap) {
    let context = current_context();
    let mut put = |name: &HeaderName, value: Option<String>| {
        let value = value.and_then(|value| HeaderValue::try_from(value).ok());
        if let Some(value) = value {
            headers.insert(name, value);
        }
    };
    let Some(trace) = TraceHeaders::from_span(context.span().span_context()) else {
        return;
    };
    put(&PARENT, Some(trace.parent));
    put(&STATE, trace.state);
    // A span's context holds the baggage of the request that started its trace.
    // Baggage attached later is in the current context.
    let current = Context::current();
    let latest = Some(current.baggage()).filter(|it| !it.is_empty());
    put(
        &BAGGAGE,
        format_baggage(latest.unwrap_or_else(|| context.baggage())),
    );
}

/// Reads trace context and baggage from the headers of a request. The returned
/// context can be the parent of spans. It is empty without valid W3C headers.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Context {
    let mut context = Context::new();
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok();
    if let Some(parent) = text(&PARENT).and_then(|it| parse_traceparent(it.trim())) {
        let states = headers.get_all(&STATE).iter();
        let states: Vec<_> = states.filter_map(|value| value.to_str().ok()).collect();
        let parent = SpanContext::new(
            parent.trace_id(),
            parent.span_id(),
            parent.trace_flags(),
            true,
            // A malformed tracestate is dropped; the trace continues.
            states.join(",").parse().unwrap_or(TraceState::NONE),
        );
        context = context.with_remote_span_context(parent);
    }
    let entries = headers.get_all(&BAGGAGE).iter();
    let entries = entries.filter_map(|value| value.to_str().ok());
    let entries = parse_baggage(entries);
    if entries.is_empty() {
        context
    } else {
        context.with_baggage(entries)
    }
}

/// Makes a span continue the trace of a request. Call it before the span is
/// entered. Has no effect without trace headers, on a span that was entered, and
/// without an OpenTelemetry layer.
///
/// ```
/// use http::Request;
/// use nr_bedrock_observability::propagation;
/// use tracing::Instrument as _;
///
/// # async fn answer<B>(request: Request<B>) {}
/// async fn handle<B>(request: Request<B>) {
///     let span = tracing::info_span!("POST /ask", otel.kind = "server");
///     propagation::set_parent(&span, request.headers());
///     answer(request).instrument(span).await
/// }
/// ```
pub fn set_parent(span: &Span, headers: &HeaderMap) {
    let context = extract(headers);
    if context.has_active_span() || !context.baggage().is_empty() {
        if span.set_parent(context).is_err() {
            warn_if_layer_is_missing(span);
        }
    }
}

const PARENT: HeaderName = HeaderName::from_static(TRACEPARENT);
const STATE: HeaderName = HeaderName::from_static(TRACESTATE);
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");
