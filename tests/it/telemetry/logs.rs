//! The application's events as log records.

use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{subscribe, to, with};
use crate::support::otlp::{Log, Receiver};
use opentelemetry::trace::TraceContextExt as _;

fn named<'a>(logs: &'a [Log], body: &str) -> &'a Log {
    let found = logs.iter().find(|log| log.body == body);
    found.unwrap_or_else(|| panic!("no {body:?} in {logs:#?}"))
}

#[test]
fn events_arrive_in_the_trace_that_they_happened_in() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver));
    let mut ids = (String::new(), String::new());
    with(&dispatch, || {
        tracing::info_span!("answer").in_scope(|| {
            let context = tracing::Span::current().context();
            let span = context.span();
            ids.0 = span.span_context().trace_id().to_string();
            ids.1 = span.span_context().span_id().to_string();
            tracing::warn!(retries = 0_i64, "the index is slow");
        });
        tracing::info!("outside of any span");
        tracing::debug!("too detailed");
    });
    guard.flush().unwrap();
    let logs = receiver.logs();
    assert_eq!(logs.len(), 2, "{logs:#?}");
    let inside = named(&logs, "the index is slow");
    assert_eq!((&inside.trace_id, &inside.span_id), (&ids.0, &ids.1));
    assert_eq!(inside.severity, "WARN");
    assert_eq!(inside.attributes["retries"], 0);
    assert_eq!(named(&logs, "outside of any span").trace_id, "");
    assert_eq!(guard.stats().logs().exported(), 2);
    guard.shutdown().unwrap();
}

#[test]
fn what_the_export_says_is_never_exported_in_turn() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver).level(tracing::Level::TRACE));
    with(&dispatch, || {
        for round in 0..5 {
            tracing::trace!(round, "one");
            guard.flush().unwrap();
        }
    });
    guard.shutdown().unwrap();
    let logs = receiver.logs();
    assert_eq!(logs.len(), 5, "{logs:#?}");
    assert!(logs.iter().all(|log| log.body == "one"));
}

#[test]
fn targets_of_the_pipelines_crates_are_the_applications_too() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver));
    with(&dispatch, || {
        tracing::info_span!(target: "hyper::client", "request").in_scope(|| {
            tracing::info!(target: "opentelemetry_sdk", "sdk");
            tracing::info!(target: "h2", "frame");
            tracing::info!(target: "rustls::client", "handshake");
            // A warning of this crate must not become telemetry.
            tracing::warn!(target: "nr_bedrock_observability", "own");
            tracing::warn!(target: "nr_bedrock_observability::telemetry", "own");
        });
    });
    guard.flush().unwrap();
    let logs = receiver.logs();
    assert_eq!(logs.len(), 3, "{logs:#?}");
    for body in ["sdk", "frame", "handshake"] {
        named(&logs, body);
    }
    assert_eq!(receiver.span("request").events.len(), 3);
    guard.shutdown().unwrap();
}

#[test]
fn logs_are_turned_off_by_the_variable_that_opentelemetry_has_for_it() {
    let receiver = Receiver::start();
    let off = |name: &str| (name == "OTEL_LOGS_EXPORTER").then(|| "none".to_owned());
    let (dispatch, guard) = subscribe(to(&receiver).environment(off));
    with(&dispatch, || tracing::info!("unsent"));
    guard.shutdown().unwrap();
    assert!(receiver.logs().is_empty());
}
