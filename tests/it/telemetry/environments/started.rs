//! The process's own variables: this test binary, started again.

use std::process::{Command, Output};

use nr_bedrock_observability::{Telemetry, TelemetryGuard};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::super::trace;
use crate::support::otlp::Receiver;

/// Runs `child` with these variables.
fn run(child: &str, set: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = format!("telemetry::environments::started::{child}");
    command.args(["--exact", &test, "--nocapture", "--ignored"]);
    for (name, _) in std::env::vars() {
        if ["OTEL_", "NEW_RELIC_", "AWS_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command.envs(set.iter().copied()).output().unwrap()
}

#[test]
fn each_warning_is_logged_once_and_spans_arrive() {
    let warnings = [
        "OTEL_TRACES_SAMPLER: \"xray\" is not one of",
        "OTEL_EXPORTER_OTLP_TIMEOUT: \"10s\" is not a number",
        "OTEL_EXPORTER_OTLP_COMPRESSION: \"snappy\" is not one of",
        "OTEL_METRICS_EXPORTER: \"prometheus\" is not supported",
        "OTEL_EXPORTER_OTLP_PROTOCOL: \"grpc\" is not http/protobuf",
        "OTEL_EXPORTER_OTLP_HEADERS: entry 1 is ignored",
        "OTEL_BSP_MAX_QUEUE_SIZE: \"-1\" is not a whole number",
        "OTEL_RESOURCE_ATTRIBUTES: \"ranking\" has no =",
        "not supported, and ignored: OTEL_EXPORTER_OTLP_INSECURE",
    ];
    for child in ["installs", "adds_the_layer"] {
        let receiver = Receiver::start();
        let output = run(
            child,
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url()),
                ("OTEL_TRACES_SAMPLER", "xray"),
                ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", "snappy"),
                ("OTEL_METRICS_EXPORTER", "prometheus"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ("OTEL_EXPORTER_OTLP_HEADERS", "bare-secret"),
                ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
                ("OTEL_RESOURCE_ATTRIBUTES", "team=search,ranking"),
                ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
            ],
        );
        let text = text(&output);
        assert!(output.status.success(), "{text}");
        assert_eq!(receiver.names(), ["answer", "retrieval"], "{child}: {text}");
        for warning in warnings {
            assert_eq!(
                text.matches(warning).count(),
                1,
                "{child} {warning}:\n{text}"
            );
        }
        assert!(!text.contains("bare-secret"), "{text}");
        // A warning of this crate is no telemetry.
        assert!(receiver.logs().is_empty(), "{:?}", receiver.logs());
    }
}

/// Nothing is exported, so that no export can log the warning.
#[test]
fn a_bad_endpoint_is_logged_at_the_first_span() {
    let set = [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")];
    let output = run("waits_for_a_warning", &set);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    let warning = "not exported: spans, metrics, logs";
    assert_eq!(text.matches(warning).count(), 1, "{text}");
}

#[test]
fn limits_of_the_process_do_not_reach_behind_the_replaced_environment() {
    let receiver = Receiver::start();
    let output = run(
        "replaces_the_environment",
        &[
            ("RECEIVER", &receiver.url()),
            ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1"),
            ("OTEL_SPAN_EVENT_COUNT_LIMIT", "0"),
            ("OTEL_TRACES_SAMPLER", "always_off"),
        ],
    );
    assert!(output.status.success(), "{}", text(&output));
    let span = receiver.span("chat");
    assert_eq!(span.attributes.len(), 3, "{span:?}");
    assert_eq!(span.events.len(), 1);
}

/// The pipeline's threads have the global subscriber.
#[test]
fn nothing_that_the_pipeline_says_is_exported() {
    let receiver = Receiver::start();
    let output = run("installs_at_trace", &[("RECEIVER", &receiver.url())]);
    assert!(output.status.success(), "{}", text(&output));
    let logs = receiver.logs();
    assert_eq!(logs.len(), usize::from(cfg!(feature = "logs")), "{logs:#?}");
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}

#[test]
fn an_invalid_proxy_is_said_once_before_anything_is_lost() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.test:4318"),
        ("HTTP_PROXY", "socks5://proxy.test:1080"),
    ];
    let output = run("installs", &variables);
    let text = text(&output);
    let said = text
        .lines()
        .filter(|line| line.starts_with("nr-bedrock-observability: "));
    let said: Vec<&str> = said.filter(|line| line.contains("HTTP_PROXY")).collect();
    assert_eq!(said.len(), 1, "{text}");
    assert!(
        said[0].ends_with("not exported: spans, metrics, logs"),
        "{text}"
    );
}

fn text(output: &Output) -> String {
    let [out, error] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}\n{error}")
}

#[test]
#[ignore = "started by another test, as a process"]
fn installs() {
    let guard = Telemetry::from_env().install().unwrap();
    trace();
    guard.flush().unwrap();
    guard.shutdown().unwrap();
}

#[test]
#[ignore = "started by another test, as a process"]
fn installs_at_trace() {
    let guard = Telemetry::otlp()
        .environment(|name| (name == "OTEL_BSP_SCHEDULE_DELAY").then(|| "20".to_owned()))
        .endpoint(std::env::var("RECEIVER").unwrap())
        .level(tracing::Level::TRACE)
        .install()
        .unwrap();
    trace();
    tracing::trace!("one");
    for _ in 0..3 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        guard.flush().unwrap();
    }
    guard.shutdown().unwrap();
}

/// A trace under the layer and a layer that logs.
fn trace_beside_logs() -> TelemetryGuard {
    let (layer, guard) = Telemetry::from_env().layer().unwrap();
    tracing_subscriber::registry()
        .with(layer)
        .with(tracing_subscriber::fmt::layer().with_ansi(false))
        .init();
    trace();
    guard
}

#[test]
#[ignore = "started by another test, as a process"]
fn adds_the_layer() {
    let guard = trace_beside_logs();
    guard.flush().unwrap();
    guard.shutdown().unwrap();
}

#[test]
#[ignore = "started by another test, as a process"]
fn waits_for_a_warning() {
    let guard = trace_beside_logs();
    std::thread::sleep(std::time::Duration::from_millis(500));
    // Without the flush of a shutdown.
    std::mem::forget(guard);
}

#[test]
#[ignore = "started by another test, as a process"]
fn replaces_the_environment() {
    let guard = Telemetry::otlp()
        .environment(|_| None)
        .endpoint(std::env::var("RECEIVER").unwrap())
        .install()
        .unwrap();
    tracing::info_span!("chat", a = 1, b = 2, c = 3).in_scope(|| tracing::info!("an event"));
    guard.shutdown().unwrap();
}
