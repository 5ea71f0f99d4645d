//! `install`, in a binary of its own: it sets globals of the process.

#![cfg(feature = "telemetry")]

#[path = "support/otlp.rs"]
#[expect(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod otlp;

use std::collections::HashMap;

use nr_bedrock_observability::{
    Evaluation, Feedback, MonitorOptions, Rating, Score, Telemetry, monitor_bedrock_with,
};
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{TraceContextExt as _, Tracer as _};
use opentelemetry::{KeyValue, global};
use otlp::Receiver;
use serde_json::json;

/// A wrong key, in a process of its own that installs the pipeline: what it says
/// on standard error.
#[test]
fn a_wrong_key_is_said_once_for_each_signal() {
    let receiver = Receiver::new_relic("another");
    let child = std::env::current_exe().unwrap();
    let output = std::process::Command::new(child)
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(CHILD, receiver.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<_> = said.lines().filter(|it| it.contains("bedrock")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    for (line, path) in lines.iter().zip(["/v1/traces", "/v1/metrics"]) {
        assert!(
            line.starts_with("nr-bedrock-observability: telemetry export failed (logged once ")
                && line.contains(path)
                && line.contains("authentication failed (HTTP 403); check the license key"),
            "{line}"
        );
        assert!(!line.contains("SECRET"), "{line}");
    }
}

#[test]
#[ignore = "a process that another test starts"]
fn child() {
    let Ok(url) = std::env::var(CHILD) else {
        return;
    };
    let often = |name: &str| (name == "OTEL_BSP_SCHEDULE_DELAY").then(|| "20".to_owned());
    let guard = Telemetry::new_relic()
        .environment(often)
        .license_key("012345678901234567890123456789SECRETNRAL")
        .endpoint(url)
        .install()
        .unwrap();
    for _ in 0..20 {
        tracing::info_span!("lost").in_scope(|| ());
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    guard.shutdown().unwrap_err();
}

const CHILD: &str = "NR_BEDROCK_TEST_CHILD";

#[test]
fn install_sets_up_the_process_once() {
    let receiver = Receiver::start();
    let telemetry = || {
        Telemetry::new_relic()
            .environment(|_| None)
            .license_key("012345678901234567890123456789SECRETNRAL")
            .service_name("support-bot")
            .endpoint(receiver.url())
    };
    let guard = telemetry().install().unwrap();

    let again = telemetry().install().unwrap_err();
    assert!(again.is_already_installed());
    let text = format!("{again} {again:?}");
    assert!(
        text.starts_with("a global tracing subscriber is already set"),
        "{text}"
    );
    assert!(!text.contains("SECRET"), "{text}");

    // Spans of `tracing` and of OpenTelemetry, in one trace.
    tracing::info_span!("answer").in_scope(|| {
        global::tracer("app").in_span("native", |_| ());
    });
    // Feedback as an event, once a client was asked for events.
    let rate = || Feedback::new(Rating::Positive).message("found it").record();
    tracing::info_span!("unasked").in_scope(rate);
    let options = MonitorOptions::new().llm_events(true);
    let _ = monitor_bedrock_with(aws_sdk_bedrockruntime::config::Builder::new(), options);
    tracing::info_span!("rated", tenant.id = "acme").in_scope(|| {
        rate();
        let score = Score::accuracy(0.25).unwrap().threshold(0.5);
        let score = score.label("poor").explanation("names another city");
        Evaluation::new().score(score).record();
    });
    // W3C trace context and baggage.
    let mut carrier = HashMap::new();
    tracing::info_span!("outgoing").in_scope(|| {
        let context = opentelemetry::Context::current();
        let context = context.with_baggage([KeyValue::new("tenant.id", "acme")]);
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut carrier);
        });
    });
    assert_eq!(carrier["baggage"], "tenant.id=acme");
    let remote = global::get_text_map_propagator(|propagator| propagator.extract(&carrier));
    guard.shutdown().unwrap();

    let outgoing = receiver.span("outgoing");
    assert_eq!(
        remote.span().span_context().trace_id().to_string(),
        outgoing.trace_id
    );
    assert_eq!(
        receiver.span("native").parent_id,
        receiver.span("answer").id
    );
    let mut events: Vec<_> = receiver.logs();
    events.retain(|log| log.attributes.contains_key("newrelic.event.type"));
    let [event, analysis] = events.as_slice() else {
        panic!("{events:#?}");
    };
    let rated = receiver.span("rated");
    for (key, value) in [
        ("newrelic.event.type", "LlmFeedbackMessage"),
        ("trace_id", rated.trace_id.as_str()),
        ("rating", "positive"),
        ("message", "found it"),
        ("ingest_source", "Rust"),
        ("feedback", "positive"),
        ("feedback_message", "found it"),
        ("tenant.id", "acme"),
    ] {
        assert_eq!(event.attributes[key], value, "{key}");
    }
    assert_eq!(event.attributes["sentiment"], 1.0);
    assert_eq!(
        (&event.trace_id, &event.span_id),
        (&rated.trace_id, &rated.id)
    );
    for (key, value) in [
        ("newrelic.event.type", json!("LlmMessageCustomAnalysis")),
        ("trace.id", json!(rated.trace_id)),
        ("span.id", json!(rated.id)),
        ("name", json!("accuracy")),
        ("score", json!(0.25)),
        ("threshold", json!(0.5)),
        ("flagged", json!(true)),
        ("label", json!("poor")),
        ("explanation", json!("names another city")),
        ("ingest_source", json!("Rust")),
        ("tenant.id", json!("acme")),
    ] {
        assert_eq!(analysis.attributes[key], value, "{key}");
    }
    let export = receiver.exports().remove(0);
    assert_eq!(export.resource["service.name"], "support-bot");
    assert!(
        export.headers["api-key"]
            .to_str()
            .unwrap()
            .ends_with("NRAL")
    );

    // After the shutdown spans go nowhere, and nothing breaks.
    tracing::info_span!("late").in_scope(|| ());
    assert!(receiver.spans().iter().all(|span| span.name != "late"));
}
