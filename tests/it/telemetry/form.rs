//! The form in which spans arrive.

use nr_bedrock_observability::Telemetry;
use opentelemetry::trace::Status;
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::Sampler;
use serde_json::json;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{subscribe, to, trace, with};
use crate::support::otlp::Receiver;

fn chat() {
    let span = tracing::info_span!(
        "chat",
        gen_ai.provider.name = "aws.bedrock",
        gen_ai.conversation.id = "c-1",
        gen_ai.usage.cache_read.input_tokens = 7_i64,
    );
    let reasons = Value::Array(Array::String(vec!["tool_call".into()]));
    span.set_attribute("gen_ai.response.finish_reasons", reasons);
    span.set_attribute("long", "é".repeat(5_000));
    span.set_status(Status::error("cut off"));
    tracing::info!(parent: &span, detail = "y".repeat(5_000), "an event");
    drop(span);
}

#[test]
fn new_relic_gets_its_names_and_its_limits() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver));
    with(&dispatch, chat);
    guard.flush().unwrap();
    let span = receiver.span("chat");
    for (name, value) in [
        ("gen_ai.provider.name", json!("aws.bedrock")),
        ("gen_ai.system", json!("aws.bedrock")),
        ("llm.conversation_id", json!("c-1")),
        ("gen_ai.usage.cache_read_input_tokens", json!(7)),
        ("gen_ai.response.finish_reasons", json!("tool_calls")),
    ] {
        assert_eq!(span.attributes[name], value, "{name}");
    }
    assert_eq!(
        span.attributes["long"].as_str().unwrap().chars().count(),
        4_095
    );
    assert_eq!(
        span.events[0].1["detail"].as_str().unwrap().chars().count(),
        4_095
    );
    assert_eq!(span.error.as_deref(), Some("cut off"));
    assert_eq!(guard.stats().spans().truncated(), 2);
    guard.shutdown().unwrap();
}

#[test]
fn other_receivers_get_the_conventions_and_nothing_else() {
    let receiver = Receiver::start();
    let telemetry = Telemetry::otlp()
        .environment(|_| None)
        .endpoint(receiver.url())
        .header("x-team", "search")
        .resource_attribute("deployment.environment.name", "test");
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, chat);
    guard.flush().unwrap();
    let span = receiver.span("chat");
    assert_eq!(
        span.attributes["gen_ai.response.finish_reasons"],
        json!(["tool_call"])
    );
    assert_eq!(
        span.attributes["long"].as_str().unwrap().chars().count(),
        5_000
    );
    assert!(!span.attributes.contains_key("gen_ai.system"));
    assert_eq!(guard.stats().spans().truncated(), 0);

    let export = receiver.exports().remove(0);
    assert_eq!(export.headers["x-team"], "search");
    assert!(!export.headers.contains_key("api-key"));
    assert!(!export.resource.contains_key("aiEnabledApp"));
    assert_eq!(export.resource["deployment.environment.name"], "test");
    assert!(
        export.resource["service.name"]
            .as_str()
            .unwrap()
            .starts_with("unknown_service:")
    );
    guard.shutdown().unwrap();
}

#[test]
fn levels_and_samplers_leave_spans_out() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver));
    with(&dispatch, || {
        tracing::debug_span!("too detailed").in_scope(|| ());
        tracing::info_span!(target: "hyper::client", "kept").in_scope(|| ());
    });
    guard.shutdown().unwrap();

    let (dispatch, guard) = subscribe(to(&receiver).level(tracing::Level::DEBUG));
    with(&dispatch, || {
        tracing::debug_span!("detailed").in_scope(|| ());
        tracing::debug_span!(target: "aws_sdk_bedrockruntime", "sdk").in_scope(|| ());
    });
    guard.shutdown().unwrap();

    let (dispatch, guard) = subscribe(to(&receiver).sampler(Sampler::AlwaysOff));
    with(&dispatch, trace);
    guard.flush().unwrap();
    assert_eq!(
        (
            guard.stats().spans().exported(),
            guard.stats().spans().waiting()
        ),
        (0, 0)
    );
    guard.shutdown().unwrap();

    let names: Vec<_> = receiver.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["kept", "detailed"]);
}
