//! `OTEL_PROPAGATORS` and `set_propagators`, in a binary of its own: they hold for
//! the process.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue};
use nr_bedrock_observability::propagation::{self, Propagator, set_propagators};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::info_span;
use tracing_subscriber::layer::SubscriberExt as _;

const XRAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const B3: &str = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-0";
const B3_MULTI: [(&str, &str); 3] = [
    ("x-b3-traceid", "463ac35c9f6413ad48485a3953bb6124"),
    ("x-b3-spanid", "a2fb4a1d1a96d312"),
    ("x-b3-sampled", "1"),
];

fn all_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let single = [
        ("x-amzn-trace-id", XRAY),
        ("traceparent", TRACEPARENT),
        ("tracestate", "nr=1"),
        ("baggage", "tenant.id=acme"),
    ];
    for (name, value) in single.into_iter().chain(B3_MULTI) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// The trace id that a request with all headers gives a span, the names of the
/// headers that the span writes into the same headers, and those headers.
fn round_trip() -> (String, HeaderMap) {
    let span = info_span!("server");
    let mut headers = all_headers();
    propagation::set_parent(&span, &headers);
    let trace = propagation::extract(&headers)
        .span()
        .span_context()
        .trace_id();
    span.in_scope(|| propagation::inject(&mut headers));
    (trace.to_string(), headers)
}

#[test]
fn propagators_set_in_code_read_and_write_their_headers() {
    use Propagator::{B3, B3Multi, Baggage, TraceContext, XRay};

    let provider = SdkTracerProvider::default();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let _current = tracing::subscriber::set_default(subscriber);
    let xray = "5759e988bd862e3fe1be46a994272793";
    let w3c = "0af7651916cd43dd8448eb211c80319c";
    let b3 = "463ac35c9f6413ad48485a3953bb6124";
    for (propagators, trace, written) in [
        (&[TraceContext, Baggage][..], w3c, &["traceparent"][..]),
        (&[XRay], xray, &["x-amzn-trace-id"]),
        // The last one that finds a trace wins; each writes its own headers.
        (
            &[TraceContext, XRay],
            xray,
            &["traceparent", "x-amzn-trace-id"],
        ),
        (
            &[XRay, TraceContext],
            w3c,
            &["traceparent", "x-amzn-trace-id"],
        ),
        (&[B3], b3, &["b3"]),
        (&[B3Multi], b3, &["x-b3-spanid"]),
    ] {
        set_propagators(propagators.iter().copied());
        let (read, headers) = round_trip();
        assert_eq!(read, trace, "{propagators:?}");
        for name in written {
            assert_ne!(headers.get(*name), all_headers().get(*name), "{name}");
        }
        // What each writes, it reads.
        let context = propagation::extract(&headers);
        assert_eq!(context.span().span_context().trace_id().to_string(), trace);
        let is_b3 = propagators.iter().any(|it| matches!(it, B3 | B3Multi));
        if is_b3 {
            let is_multi = propagators == [B3Multi];
            assert_eq!(headers.contains_key("x-b3-traceid"), is_multi);
            assert_eq!(headers.contains_key("b3"), !is_multi);
        }
        // Headers of the others belong to the trace of the inbound request.
        for (name, own) in [
            ("traceparent", propagators.contains(&TraceContext)),
            ("tracestate", trace == w3c),
            ("x-amzn-trace-id", propagators.contains(&XRay)),
            ("baggage", propagators.contains(&Baggage)),
        ] {
            assert_eq!(headers.contains_key(name), own, "{propagators:?}: {name}");
        }
    }

    set_propagators([XRay]);
    let (_, headers) = round_trip();
    let header = headers["x-amzn-trace-id"].to_str().unwrap();
    assert!(
        header.starts_with("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=")
            && header.ends_with(";Sampled=1"),
        "{header}"
    );

    set_propagators([]);
    let (read, headers) = round_trip();
    assert_eq!(read, "0".repeat(32));
    assert_eq!(headers, all_headers());
}

/// A process that another test starts. The single header of B3 wins over the separate
/// ones.
#[test]
fn child_extracts() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let _current = tracing::subscriber::set_default(subscriber);
    let mut headers = all_headers();
    if std::env::var(CHILD).unwrap() == "b3" {
        headers.insert("b3", HeaderValue::from_static(B3));
    }
    for _ in 0..2 {
        let context = propagation::extract(&headers);
        println!("trace={}", context.span().span_context().trace_id());
    }
    let said = said.0.lock().unwrap();
    println!("said={}", String::from_utf8_lossy(&said));
}

#[test]
fn environment_names_the_propagators() {
    for (variable, trace, warnings) in [
        (None, "0af7651916cd43dd8448eb211c80319c", 0),
        (Some("xray"), "5759e988bd862e3fe1be46a994272793", 0),
        (
            Some("tracecontext,baggage,xray"),
            "5759e988bd862e3fe1be46a994272793",
            0,
        ),
        (Some("b3"), "80f198ee56343ba864fe8b2a57d3eff7", 0),
        (
            Some("b3multi,jaeger"),
            "463ac35c9f6413ad48485a3953bb6124",
            1,
        ),
        (Some("none"), "00000000000000000000000000000000", 0),
        (Some("jaeger"), "0af7651916cd43dd8448eb211c80319c", 1),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "child_extracts", "--nocapture"]);
        child.env(CHILD, variable.filter(|it| *it == "b3").unwrap_or("1"));
        match variable {
            Some(list) => child.env("OTEL_PROPAGATORS", list),
            None => child.env_remove("OTEL_PROPAGATORS"),
        };
        let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
        let traces = output.matches(&format!("trace={trace}\n")).count();
        assert_eq!(traces, 2, "{variable:?}: {output}");
        let said = output
            .matches("OTEL_PROPAGATORS: [\"jaeger\"] ignored")
            .count();
        assert_eq!(said, warnings, "{variable:?}: {output}");
    }
}

/// `install` gives OpenTelemetry's own interface the same headers, and reads the
/// variable where it reads all others.
#[cfg(feature = "telemetry")]
#[test]
fn child_installs() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let lookup = |name: &str| (name == "OTEL_PROPAGATORS").then(|| "xray".to_owned());
    let telemetry = nr_bedrock_observability::Telemetry::console().environment(lookup);
    let guard = telemetry.writer(std::io::sink()).install().unwrap();
    let mut carrier = std::collections::HashMap::new();
    info_span!("client").in_scope(|| {
        let context = opentelemetry::Context::current();
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut carrier);
            assert_eq!(propagator.fields().collect::<Vec<_>>(), ["x-amzn-trace-id"]);
        });
    });
    let mut headers = HeaderMap::new();
    info_span!("client").in_scope(|| propagation::inject(&mut headers));
    assert!(
        carrier.len() == 1 && headers.len() == 1,
        "{carrier:?} {headers:?}"
    );
    assert!(carrier["x-amzn-trace-id"].starts_with("Root=1-"));
    assert!(
        headers["x-amzn-trace-id"]
            .to_str()
            .unwrap()
            .starts_with("Root=1-")
    );
    guard.shutdown().unwrap();
    println!("installed");
}

#[cfg(feature = "telemetry")]
#[test]
fn installed_propagator_follows_the_environment_of_the_pipeline() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child_installs", "--nocapture"]);
    child.env(CHILD, "1").env_remove("OTEL_PROPAGATORS");
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert!(output.contains("installed\n"), "{output}");
}

/// The closure of `Telemetry::environment` is foreign code: it may read headers.
#[cfg(feature = "telemetry")]
#[test]
fn child_extracts_in_the_lookup() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let lookup = |name: &str| {
            (name == "OTEL_PROPAGATORS").then(|| {
                let _ = propagation::extract(&all_headers());
                "b3".to_owned()
            })
        };
        let telemetry = nr_bedrock_observability::Telemetry::console().environment(lookup);
        let guard = telemetry.writer(std::io::sink()).install().unwrap();
        let mut headers = HeaderMap::new();
        info_span!("client").in_scope(|| propagation::inject(&mut headers));
        guard.shutdown().unwrap();
        sender.send(headers.contains_key("b3")).unwrap();
    });
    let limit = std::time::Duration::from_secs(20);
    assert_eq!(receiver.recv_timeout(limit), Ok(true));
    println!("extracted");
}

#[cfg(feature = "telemetry")]
#[test]
fn lookup_of_the_environment_may_use_propagation() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child_extracts_in_the_lookup", "--nocapture"]);
    child.env(CHILD, "1").env_remove("OTEL_PROPAGATORS");
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert!(output.contains("extracted\n"), "{output}");
}

/// A disabled SDK hands contexts on through OpenTelemetry's own interface too.
#[cfg(feature = "telemetry")]
#[test]
fn child_is_disabled() {
    use opentelemetry::global;
    use opentelemetry::trace::Tracer as _;

    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let lookup = |name: &str| (name == "OTEL_SDK_DISABLED").then(|| "true".to_owned());
    let telemetry = nr_bedrock_observability::Telemetry::from_env().environment(lookup);
    let guard = telemetry.install().unwrap();
    let mut inbound = std::collections::HashMap::new();
    inbound.insert("traceparent".to_owned(), TRACEPARENT.to_owned());
    let outbound = global::get_text_map_propagator(|propagator| {
        let parent = propagator.extract(&inbound);
        let span = global::tracer("app").start_with_context("native", &parent);
        let mut outbound = std::collections::HashMap::new();
        propagator.inject_context(&parent.with_span(span), &mut outbound);
        outbound
    });
    assert_eq!(outbound, inbound);
    guard.shutdown().unwrap();
    println!("handed on");
}

#[cfg(feature = "telemetry")]
#[test]
fn disabled_sdk_hands_contexts_of_native_spans_on() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child_is_disabled", "--nocapture"]);
    child.env(CHILD, "1").env_remove("OTEL_PROPAGATORS");
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert!(output.contains("handed on\n"), "{output}");
}

const CHILD: &str = "NR_BEDROCK_TEST_CHILD";

#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
