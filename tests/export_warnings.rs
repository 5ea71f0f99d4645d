//! What the pipeline logs about failures, in processes of their own with a global
//! subscriber.

#![cfg(feature = "telemetry")]
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "support/otlp.rs"]
#[expect(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod otlp;

use std::time::Duration;

use nr_bedrock_observability::Telemetry;
use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
use otlp::{Fault, Receiver};
use tracing_subscriber::prelude::*;

const URL: &str = "NR_BEDROCK_TEST_URL";

/// Runs a test of this file in a process; returns the pipeline's lines on its
/// standard error.
fn lines_of(child: &str, url: &str) -> Vec<String> {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .env(URL, url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    let lines = text.lines().filter(|line| line.contains("observability"));
    lines.map(ToOwned::to_owned).collect()
}

fn pipeline() -> Option<Telemetry> {
    let url = std::env::var(URL).ok()?;
    let often = |name: &str| match name {
        "OTEL_BSP_SCHEDULE_DELAY" => Some("20".to_owned()),
        "OTEL_EXPORTER_OTLP_COMPRESSION" => Some("brotli".to_owned()),
        _ => None,
    };
    let telemetry = Telemetry::otlp().environment(often).endpoint(url);
    Some(telemetry.timeout(Duration::from_secs(1)))
}

fn span() {
    tracing::info_span!("call").in_scope(|| ());
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn a_receiver_of_traces_alone_is_said_in_one_quiet_line_for_each_signal() {
    let receiver = Receiver::start();
    for path in ["/v1/metrics", "/v1/logs"] {
        receiver.fail_path(path, Fault::Status(404, None));
    }
    let lines = lines_of("quiet_child", &receiver.url());
    let lines: Vec<_> = lines.iter().filter(|it| !it.contains("brotli")).collect();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for (items, variable) in [
        (
            "metric points are not exported",
            "OTEL_METRICS_EXPORTER=none",
        ),
        ("log records are not exported", "OTEL_LOGS_EXPORTER=none"),
    ] {
        let line = lines.iter().find(|line| line.contains(items)).unwrap();
        assert!(line.contains("INFO") && line.contains(variable), "{line}");
        assert!(line.contains("HTTP 404"), "{line}");
    }
    assert_eq!(receiver.names().len(), 3);
}

#[test]
#[ignore = "a process that another test starts"]
fn quiet_child() {
    let Some(telemetry) = pipeline() else {
        return;
    };
    let (layer, guard) = telemetry.layer().unwrap();
    let log = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(layer).with(log).init();
    let logger = guard.logger_provider().logger("app");
    for _ in 0..3 {
        span();
        let mut record = logger.create_log_record();
        record.set_body("called".into());
        logger.emit(record);
        guard.flush().unwrap();
    }
    guard.shutdown().unwrap();
    std::thread::sleep(Duration::from_millis(100));
}

#[test]
fn drops_at_the_full_queue_are_logged_once() {
    let receiver = Receiver::start();
    let lines = lines_of("full_queue_child", &receiver.url());
    let [line] = lines.as_slice() else {
        panic!("{lines:#?}");
    };
    assert!(
        line.contains("telemetry export failed") && line.contains("the export queue was full"),
        "{line}"
    );
}

#[test]
#[ignore = "a process that another test starts"]
fn full_queue_child() {
    let Some(telemetry) = pipeline() else {
        return;
    };
    let small = |name: &str| (name == "OTEL_BSP_MAX_QUEUE_SIZE").then(|| "4".to_owned());
    let guard = telemetry.environment(small).install().unwrap();
    for _ in 0..20 {
        tracing::info_span!("call").in_scope(|| ());
    }
    std::thread::sleep(Duration::from_millis(100));
    assert!(guard.stats().spans().dropped() > 0);
    guard.shutdown().unwrap_err();
}

#[test]
fn failures_are_logged_once_for_each_signal_and_cause() {
    let receiver = Receiver::start();
    receiver.fail_path("/v1/metrics", Fault::Status(404, None));
    receiver.fail_path("/v1/logs", Fault::Status(400, None));
    receiver.fail_next([
        Fault::Status(400, None),
        Fault::Status(400, None),
        Fault::Status(431, None),
        Fault::Status(400, None),
        Fault::Partial(1),
        Fault::Partial(1),
    ]);
    let lines = lines_of("warned_child", &receiver.url());
    let warned = |part: &str| {
        let found = lines.iter().filter(|line| line.contains(part));
        found.filter(|line| line.contains("failed")).count()
    };
    for (part, expected) in [
        // Spans' are not used up by those of logs.
        ("/v1/traces: HTTP 400", 1),
        ("/v1/logs: HTTP 400", 1),
        ("/v1/traces: HTTP 431", 1),
        ("/v1/traces rejected spans: too old", 1),
        ("/v1/metrics", 0),
    ] {
        assert_eq!(warned(part), expected, "{part}: {lines:#?}");
    }
    let compression = lines.iter().filter(|line| line.contains("brotli"));
    assert_eq!(compression.count(), 1, "{lines:#?}");
}

#[test]
#[ignore = "a process that another test starts"]
fn warned_child() {
    let Some(telemetry) = pipeline() else {
        return;
    };
    let guard = telemetry.install().unwrap();
    let logger = guard.logger_provider().logger("app");
    for _ in 0..2 {
        let mut record = logger.create_log_record();
        record.set_body("called".into());
        logger.emit(record);
    }
    for _ in 0..7 {
        span();
    }
    guard.shutdown().unwrap_err();
    std::thread::sleep(Duration::from_millis(100));
}
