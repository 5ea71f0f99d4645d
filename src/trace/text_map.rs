//! Trace context and baggage in the headers of the active propagators.

use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::propagation::{Extractor, Injector};
#[cfg(feature = "telemetry")]
use opentelemetry::propagation::{TextMapPropagator, text_map_propagator::FieldIter};
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

use super::baggage::{BAGGAGE, format_baggage, parse_baggage};
use super::propagator::{Propagator, active_propagators};
use super::traceparent::{
    TRACEPARENT, TRACESTATE, TraceHeaders, parse_traceparent, parse_tracestate,
};
use super::{b3, xray};

/// The headers of a propagator, those that it only removes included.
pub(super) fn header_names(propagator: Propagator) -> &'static [&'static str] {
    match propagator {
        Propagator::TraceContext => &[TRACEPARENT, TRACESTATE],
        Propagator::Baggage => &[BAGGAGE],
        Propagator::B3 | Propagator::B3Multi => &[
            b3::SINGLE,
            b3::TRACE_ID,
            b3::SPAN_ID,
            b3::SAMPLED,
            b3::FLAGS,
            b3::PARENT_SPAN_ID,
        ],
        Propagator::XRay => &[xray::TRACE_HEADER],
    }
}

pub(super) fn inject_context(
    propagators: &[Propagator],
    context: &Context,
    headers: &mut dyn Injector,
) {
    let span = context.span();
    let span = Some(span.span_context()).filter(|span| span.is_valid());
    for propagator in propagators {
        match (propagator, span) {
            (Propagator::Baggage, _) => {
                if let Some(baggage) = format_baggage(context.baggage()) {
                    headers.set(BAGGAGE, baggage);
                }
            }
            (_, None) => {}
            (Propagator::TraceContext, Some(span)) => {
                if let Some(trace) = TraceHeaders::from_span(span) {
                    headers.set(TRACEPARENT, trace.parent);
                    if let Some(state) = trace.state {
                        headers.set(TRACESTATE, state);
                    }
                }
            }
            (Propagator::B3, Some(span)) => headers.set(b3::SINGLE, b3::format_single(span)),
            (Propagator::B3Multi, Some(span)) => {
                headers.set(b3::TRACE_ID, span.trace_id().to_string());
                headers.set(b3::SPAN_ID, span.span_id().to_string());
                headers.set(b3::SAMPLED, b3::sampled(span).to_owned());
            }
            (Propagator::XRay, Some(span)) => {
                headers.set(xray::TRACE_HEADER, xray::format_trace_header(span));
            }
        }
    }
}

pub(super) fn extract_context(context: &Context, headers: &dyn Extractor) -> Context {
    let mut context = context.clone();
    for propagator in active_propagators().iter() {
        let span = match propagator {
            Propagator::TraceContext => extract_trace_context(headers),
            Propagator::Baggage => {
                let values = headers.get_all(BAGGAGE).unwrap_or_default();
                let entries = parse_baggage(values.into_iter());
                if !entries.is_empty() {
                    context = context.with_baggage(entries);
                }
                None
            }
            Propagator::B3 | Propagator::B3Multi => extract_b3(headers),
            Propagator::XRay => {
                get_single(headers, xray::TRACE_HEADER).and_then(xray::parse_trace_header)
            }
        };
        if let Some(span) = span {
            context = context.with_remote_span_context(span);
        }
    }
    context
}

fn extract_trace_context(headers: &dyn Extractor) -> Option<SpanContext> {
    let parent = get_single(headers, TRACEPARENT).and_then(parse_traceparent)?;
    let states = headers.get_all(TRACESTATE).unwrap_or_default();
    Some(SpanContext::new(
        parent.trace_id(),
        parent.span_id(),
        parent.trace_flags(),
        true,
        parse_tracestate(&states.join(",")),
    ))
}

fn extract_b3(headers: &dyn Extractor) -> Option<SpanContext> {
    let single = get_single(headers, b3::SINGLE).and_then(b3::parse_single);
    single.or_else(|| {
        let trace = get_single(headers, b3::TRACE_ID)?;
        let is_debug = get_single(headers, b3::FLAGS) == Some("1");
        let sampled = get_single(headers, b3::SAMPLED).filter(|_| !is_debug);
        b3::parse_parts(trace, get_single(headers, b3::SPAN_ID)?, sampled)
    })
}

/// The value of a header that occurs once. Two of them contradict each other.
fn get_single<'a>(headers: &'a dyn Extractor, name: &str) -> Option<&'a str> {
    match headers.get_all(name)?.as_slice() {
        [value] => Some(value.trim()),
        _ => None,
    }
}

/// OpenTelemetry's interface to the same headers.
#[cfg(feature = "telemetry")]
#[derive(Debug)]
pub(crate) struct HeaderPropagator {
    header_names: Vec<String>,
}

#[cfg(feature = "telemetry")]
impl HeaderPropagator {
    pub(crate) fn new() -> Self {
        let propagators = active_propagators();
        let names = propagators.iter().flat_map(|it| header_names(*it));
        Self {
            header_names: names.map(|name| (*name).to_owned()).collect(),
        }
    }
}

#[cfg(feature = "telemetry")]
impl TextMapPropagator for HeaderPropagator {
    fn inject_context(&self, context: &Context, headers: &mut dyn Injector) {
        inject_context(&active_propagators(), context, headers);
    }

    fn extract_with_context(&self, context: &Context, headers: &dyn Extractor) -> Context {
        extract_context(context, headers)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.header_names)
    }
}
