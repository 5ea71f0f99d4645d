//! Trace context and baggage in HTTP headers.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt as _};
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::current::{current_context, parent_context};
use super::missing_layer::warn_if_layer_is_missing;
use super::propagator::{ALL, active_propagators};
use super::text_map::{extract_context, header_names, inject_context};

/// Writes the current trace context and baggage into the headers of a request to
/// another service: `traceparent`, `tracestate` and `baggage`, or the headers of the
/// [propagators](super::set_propagators) in use.
///
/// The headers of all [formats](super::Propagator) that are already there, such as those
/// of an inbound request that a proxy copies, are replaced, or removed if there is
/// nothing to replace them with: they belong to another span. Has no effect if
/// propagation is off, outside a span, or without an OpenTelemetry layer, except that
/// baggage of OpenTelemetry's current context replaces such headers too.
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
    let mut context = current_context();
    // A span's context holds the baggage of the request that started its trace.
    // Baggage attached later is in the current context.
    let current = Context::current();
    let latest = current.baggage();
    if !latest.is_empty() {
        let latest = latest.iter();
        let latest = latest.map(|(key, value)| (key.clone(), value.clone()));
        context = context.with_baggage(latest.collect::<Baggage>());
    }
    let propagators = active_propagators();
    let mut own = HeaderMap::new();
    inject_context(&propagators, &context, &mut HeaderInjector(&mut own));
    let is_in_span = context.span().span_context().is_valid();
    if !own.is_empty() || is_in_span && !propagators.is_empty() {
        for name in ALL.iter().flat_map(|it| header_names(*it)) {
            headers.remove(*name);
        }
    }
    headers.extend(own);
}

/// Reads trace context and baggage from the headers of a request, with the
/// [propagators](super::set_propagators) in use. The returned context can be the
/// parent of spans. It is empty without valid headers. Headers that contradict each
/// other, such as two `traceparent`, are not valid.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Context {
    extract_context(&Context::new(), &HeaderExtractor(headers))
}

/// Makes a span continue the trace of a request, and hand on its baggage. Call it
/// before the span is entered. A request without a valid trace context leaves the
/// span in the trace that it is in. Has no effect on a span that was entered, and
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
    let mut context = extract(headers);
    if !context.has_active_span() {
        if context.baggage().is_empty() {
            return;
        }
        // Baggage alone: the span stays below its parent.
        context = extract_context(&parent_context(span), &HeaderExtractor(headers));
    }
    if span.set_parent(context).is_err() {
        warn_if_layer_is_missing(span);
    }
}

struct HeaderInjector<'a>(&'a mut HeaderMap);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = HeaderName::try_from(key);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct HeaderExtractor<'a>(&'a HeaderMap);

impl Extractor for HeaderExtractor<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values = self.0.get_all(key).iter();
        // A value that is no text counts: it is invalid, not absent.
        let values = values.map(|value| value.to_str().unwrap_or_default());
        Some(values.collect())
    }
}
