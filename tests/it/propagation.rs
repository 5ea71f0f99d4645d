//! Trace context and baggage across processes, in the default headers.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use http::{HeaderMap, HeaderValue};
use nr_bedrock_observability::propagation::{self, set_conversation_id};
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{SpanId, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Sampler;
use tracing::{Span as TracingSpan, field, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::spans::{Span, Spans, layer};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn collect() -> Spans {
    Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(layer(tracer))
            .with(propagation::layer())
    })
}

fn headers<const N: usize>(pairs: [(&'static str, &'static str); N]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, HeaderValue::from_static(value));
    }
    headers
}

fn named(spans: &Spans, name: &str) -> Span {
    let all = spans.all();
    all.into_iter().find(|span| span.name() == name).unwrap()
}

#[test]
fn baggage_alone_keeps_a_span_below_its_parent() {
    let spans = collect();
    let inbound = headers([("baggage", "tenant.id=acme")]);
    let injected = |span: &TracingSpan| {
        propagation::set_parent(span, &inbound);
        let mut outbound = HeaderMap::new();
        span.in_scope(|| propagation::inject(&mut outbound));
        outbound
    };
    let outer = info_span!("outer");
    outer.in_scope(|| {
        let out = injected(&info_span!("below"));
        assert_eq!(out["baggage"], "tenant.id=acme");
        injected(&info_span!(parent: None, "root on purpose"));
    });
    // Not the current span, but the parent that was named.
    injected(&info_span!(parent: &outer, "named parent"));
    injected(&info_span!("alone"));
    drop(outer);
    let outer = named(&spans, "outer");
    assert!(named(&spans, "below").is_child_of(&outer));
    assert!(named(&spans, "named parent").is_child_of(&outer));
    for root in ["root on purpose", "alone"] {
        assert_eq!(
            named(&spans, root).0.parent_span_id,
            SpanId::INVALID,
            "{root}"
        );
    }
}

#[test]
fn inject_replaces_or_removes_the_headers_of_an_inbound_request() {
    let _spans = collect();
    let stale = headers([
        ("traceparent", OTHER),
        ("traceparent", PARENT),
        ("tracestate", "vendor=stale"),
        ("baggage", "tenant.id=stranger"),
        (
            "x-amzn-trace-id",
            "Root=1-5759e988-bd862e3fe1be46a994272793",
        ),
        ("accept", "*/*"),
    ]);
    let mut outbound = stale.clone();
    info_span!("proxy").in_scope(|| propagation::inject(&mut outbound));
    let parents: Vec<_> = outbound.get_all("traceparent").iter().collect();
    assert!(parents.len() == 1 && parents[0] != OTHER && parents[0] != PARENT);
    assert!(!outbound.contains_key("tracestate") && !outbound.contains_key("baggage"));
    // A propagator that is not in use would hand on another trace.
    assert!(!outbound.contains_key("x-amzn-trace-id") && outbound.contains_key("accept"));

    // Nothing takes their place outside a span.
    let mut outbound = stale.clone();
    propagation::inject(&mut outbound);
    assert_eq!(outbound, stale);

    // Baggage of this process does not belong to the trace of the inbound request.
    let mut outbound = stale;
    let baggage = [KeyValue::new("tenant.id", "acme")];
    let _attached = Context::current_with_baggage(baggage).attach();
    propagation::inject(&mut outbound);
    assert_eq!(
        outbound,
        headers([("accept", "*/*"), ("baggage", "tenant.id=acme")])
    );
}

#[test]
fn baggage_properties_are_kept() {
    let _spans = collect();
    let inbound = headers([
        ("traceparent", PARENT),
        ("baggage", "tenant.id=a%20b;prop=1;flag , plan=free"),
    ]);
    let span = info_span!("server");
    propagation::set_parent(&span, &inbound);
    let mut outbound = HeaderMap::new();
    span.in_scope(|| propagation::inject(&mut outbound));
    let baggage = outbound["baggage"].to_str().unwrap();
    let mut entries: Vec<_> = baggage.split(',').collect();
    entries.sort_unstable();
    assert_eq!(entries, ["plan=free", "tenant.id=a%20b;prop=1;flag"]);
}

#[test]
fn two_traceparent_headers_are_no_parent() {
    let inbound = headers([
        ("traceparent", PARENT),
        ("traceparent", OTHER),
        ("tracestate", "nr=1"),
        ("baggage", "tenant.id=acme"),
    ]);
    let context = propagation::extract(&inbound);
    assert!(!context.has_active_span());
    assert_eq!(context.baggage().len(), 1);
}

#[test]
fn duplicate_tracestate_keys_keep_the_latest_entry() {
    for (states, expected) in [
        (&["a=1,b=2,a=3"][..], "a=1,b=2"),
        (&["a=1, b=2", "b=3,c=4"], "a=1,b=2,c=4"),
        (&["a=1,,b=2"], "a=1,b=2"),
        // Malformed: the trace goes on without it.
        (&["a=1,b"], ""),
    ] {
        let mut inbound = headers([("traceparent", PARENT)]);
        for state in states {
            inbound.append("tracestate", HeaderValue::from_static(state));
        }
        let context = propagation::extract(&inbound);
        let span = context.span().span_context().clone();
        assert!(span.is_valid() && span.is_remote());
        assert_eq!(span.trace_state().header(), expected, "{states:?}");
    }
}

#[test]
fn span_has_one_conversation_id() {
    let spans = collect();
    info_span!("set twice").in_scope(|| {
        set_conversation_id("one");
        set_conversation_id("two");
        set_conversation_id("one");
    });
    info_span!("field", gen_ai.conversation.id = "one").in_scope(|| set_conversation_id("two"));
    info_span!("late field", gen_ai.conversation.id = field::Empty).in_scope(|| {
        TracingSpan::current().record("gen_ai.conversation.id", "one");
        set_conversation_id("two");
    });
    info_span!("above", gen_ai.conversation.id = "zero").in_scope(|| {
        info_span!("inner").in_scope(|| set_conversation_id("one"));
    });
    for name in ["set twice", "field", "late field", "inner"] {
        let span = named(&spans, name);
        let ids = span.0.attributes.iter();
        let ids = ids.filter(|it| it.key.as_str() == "gen_ai.conversation.id");
        let ids: Vec<_> = ids.map(|it| it.value.to_string()).collect();
        assert_eq!(ids, ["one"], "{name}");
    }
}

/// Without the layer, nothing tells whether the field has a value.
#[test]
fn declared_conversation_id_stays_the_only_one_without_the_layer() {
    let spans = Spans::collect();
    info_span!("field", gen_ai.conversation.id = "one").in_scope(|| {
        set_conversation_id("two");
        set_conversation_id("two");
        set_conversation_id("three");
    });
    info_span!("no field").in_scope(|| {
        set_conversation_id("one");
        set_conversation_id("two");
    });
    for name in ["field", "no field"] {
        let span = named(&spans, name);
        let ids = span.0.attributes.iter();
        let ids = ids.filter(|it| it.key.as_str() == "gen_ai.conversation.id");
        let ids: Vec<_> = ids.map(|it| it.value.to_string()).collect();
        assert_eq!(ids, ["one"], "{name}");
    }
}

/// OpenTelemetry: the variable "has no effect on propagators".
#[cfg(feature = "telemetry")]
#[test]
fn disabled_sdk_hands_the_context_of_a_request_on() {
    use nr_bedrock_observability::{Telemetry, TraceRef};

    let disabled = |name: &str| (name == "OTEL_SDK_DISABLED").then(|| "true".to_owned());
    let telemetry = Telemetry::from_env().environment(disabled);
    let (layer, guard) = telemetry.layer().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    let _current = tracing::subscriber::set_default(subscriber);
    for parent in [
        PARENT,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
    ] {
        let mut inbound = headers([("tracestate", "nr=1"), ("baggage", "tenant.id=acme")]);
        inbound.insert("traceparent", HeaderValue::from_static(parent));
        let span = info_span!("server");
        propagation::set_parent(&span, &inbound);
        let mut outbound = HeaderMap::new();
        span.in_scope(|| {
            info_span!("client").in_scope(|| propagation::inject(&mut outbound));
        });
        // The span of the caller, as no span of this process is exported.
        assert_eq!(outbound, inbound);
    }
    // No request to continue: nothing is made up.
    info_span!("own").in_scope(|| {
        let mut outbound = HeaderMap::new();
        propagation::inject(&mut outbound);
        assert!(
            outbound.is_empty() && TraceRef::current().is_none(),
            "{outbound:?}"
        );
    });
    assert_eq!(guard.stats().spans().exported(), 0);
    guard.shutdown().unwrap();
}
