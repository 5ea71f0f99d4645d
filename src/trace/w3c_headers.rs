//! W3C headers.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::trace_ref::{TRACEPARENT, TRACESTATE, parse_traceparent};
use super::{baggage, current_context};
use crate::emit::TraceHeaders;

/// Writes the current trace into the headers of a request to another service:
/// `traceparent`, `tracestate` where there is one, and `baggage` where there is
/// any. Headers of these names that are there are replaced. Nothing outside of a
/// span, and where no OpenTelemetry layer is installed.
///
/// ```
/// use http::HeaderMap;
/// use nr_bedrock_observability::propagation;
///
/// let mut headers = HeaderMap::new();
/// propagation::inject(&mut headers);
/// // … send a request with them.
/// ```
pub fn inject(headers: &mut HeaderMap) {
    let context = current_context();
    let mut put = |name: &HeaderName, value: Option<String>| {
        let value = value.and_then(|value| HeaderValue::try_from(value).ok());
        if let Some(value) = value {
            headers.insert(name, value);
        }
    };
    let Some(trace) = TraceHeaders::of(context.span().span_context()) else {
        return;
    };
    put(&PARENT, Some(trace.parent));
    put(&STATE, trace.state);
    // A span's context has the baggage of the request that began its trace; what
    // code attached since is in the current one.
    let current = Context::current();
    let latest = Some(current.baggage()).filter(|it| !it.is_empty());
    put(
        &BAGGAGE,
        baggage::write(latest.unwrap_or_else(|| context.baggage())),
    );
}

/// The trace that the headers of a request name, and its baggage, as the parent
/// of spans. Empty where they name none, or in another form than the W3C's.
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
            // One that is damaged is left out; the trace goes on.
            states.join(",").parse().unwrap_or(TraceState::NONE),
        );
        context = context.with_remote_span_context(parent);
    }
    let entries = headers.get_all(&BAGGAGE).iter();
    let entries = entries.filter_map(|value| value.to_str().ok());
    let entries = baggage::read(entries);
    if entries.is_empty() {
        context
    } else {
        context.with_baggage(entries)
    }
}

/// Makes a span go on with the trace of a request, before it is entered. Headers
/// that name no trace leave the span as it is; so does a span that has begun, and
/// one that no OpenTelemetry layer sees.
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
        let _ = span.set_parent(context);
    }
}

const PARENT: HeaderName = HeaderName::from_static(TRACEPARENT);
const STATE: HeaderName = HeaderName::from_static(TRACESTATE);
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");
