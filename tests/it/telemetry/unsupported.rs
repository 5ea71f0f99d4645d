//! Receivers that do not take every signal.

use nr_bedrock_observability::{Compression, Telemetry, TelemetryGuard};
use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};

use super::{subscribe, trace, with};
use crate::support::otlp::{Fault, Receiver};

fn to(receiver: &Receiver) -> Telemetry {
    Telemetry::otlp()
        .environment(|_| None)
        .endpoint(receiver.url())
}

fn emit_log(guard: &TelemetryGuard) {
    let logger = guard.logger_provider().logger("app");
    let mut record = logger.create_log_record();
    record.set_body("called".into());
    logger.emit(record);
}

fn refuse_all_but_traces(receiver: &Receiver, status: u16) {
    for path in ["/v1/metrics", "/v1/logs"] {
        receiver.fail_path(path, Fault::Status(status, None));
    }
}

#[test]
fn metrics_and_logs_that_a_receiver_does_not_take_are_no_loss() {
    for status in [404, 405, 501] {
        let receiver = Receiver::start();
        refuse_all_but_traces(&receiver, status);
        let (dispatch, guard) = subscribe(to(&receiver));
        for _ in 0..3 {
            with(&dispatch, trace);
            emit_log(&guard);
            guard.flush().unwrap();
        }
        let stats = guard.stats();
        assert_eq!(stats.spans().exported(), 6, "{status}");
        assert_eq!(stats.logs().unsupported(), 3, "{status}: {stats:?}");
        assert!(stats.metrics().unsupported() > 0, "{status}: {stats:?}");
        for signal in [stats.spans(), stats.metrics(), stats.logs()] {
            let lost: u64 = signal.losses().map(|(_, count)| count).sum();
            assert_eq!((lost, signal.waiting()), (0, 0), "{status}: {stats:?}");
        }
        guard.shutdown().unwrap();
        // The first request of each was refused, and the signal was off after that.
        for path in ["/v1/metrics", "/v1/logs"] {
            let exports = receiver.all_exports();
            let requests = exports.iter().filter(|export| export.path == path);
            assert_eq!(requests.count(), 1, "{status} {path}");
        }
    }
}

#[test]
fn a_receiver_that_refuses_the_compression_is_named_with_the_setting() {
    let receiver = Receiver::start();
    receiver.fail_always(Fault::Status(415, None));
    let (_dispatch, guard) = subscribe(to(&receiver));
    emit_log(&guard);
    let text = guard.flush().unwrap_err().to_string();
    assert!(text.contains("1 log record w"), "{text}");
    assert!(
        text.contains("gzip (HTTP 415); set OTEL_EXPORTER_OTLP_COMPRESSION=none"),
        "{text}"
    );
    let _ = guard.shutdown();
    // Without compression, the receiver does not know the signal.
    let (_dispatch, guard) = subscribe(to(&receiver).compression(Compression::None));
    emit_log(&guard);
    guard.flush().unwrap();
    assert_eq!(guard.stats().logs().unsupported(), 1);
    guard.shutdown().unwrap();
}

#[test]
fn a_loss_of_spans_beside_unsupported_signals_is_an_error() {
    let receiver = Receiver::start();
    refuse_all_but_traces(&receiver, 404);
    let (dispatch, guard) = subscribe(to(&receiver));
    emit_log(&guard);
    guard.flush().unwrap();
    receiver.fail_path("/v1/traces", Fault::Status(400, None));
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(
        text.starts_with("2 spans were lost: ") && text.contains("HTTP 400"),
        "{text}"
    );
}

#[test]
fn a_wrong_url_is_a_loss_that_names_the_path() {
    let receiver = Receiver::start();
    receiver.fail_always(Fault::Status(404, None));
    let url = format!("{}/otlp", receiver.url());
    let (dispatch, guard) = subscribe(to(&receiver).endpoint(&url));
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    let expected = format!(
        "2 spans were lost: {url}/v1/traces: no OTLP receiver for spans at this path (HTTP 404); \
         check the path of the endpoint"
    );
    assert_eq!(text, expected);
}

#[test]
fn a_signal_that_was_accepted_before_is_lost_when_it_is_refused() {
    let receiver = Receiver::start();
    let (_dispatch, guard) = subscribe(to(&receiver));
    emit_log(&guard);
    guard.flush().unwrap();
    receiver.fail_path("/v1/logs", Fault::Status(404, None));
    emit_log(&guard);
    let text = guard.flush().unwrap_err().to_string();
    assert!(text.starts_with("1 log record was lost: "), "{text}");
    assert_eq!(guard.stats().logs().unsupported(), 0);
    receiver.recover();
    guard.shutdown().unwrap();
}

/// Somebody has set it for that receiver.
#[test]
fn a_signal_with_a_receiver_of_its_own_is_lost_when_it_is_refused() {
    let (receiver, metrics) = (Receiver::start(), Receiver::start());
    metrics.fail_always(Fault::Status(404, None));
    let urls = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()),
        (
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            format!("{}/ingest/metrics", metrics.url()),
        ),
    ];
    let telemetry = Telemetry::otlp().environment(move |name| {
        let found = urls.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone())
    });
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(
        text.contains("metric points were lost")
            && text.contains("/ingest/metrics: no OTLP receiver"),
        "{text}"
    );
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}

#[test]
fn metrics_that_a_receiver_does_not_take_are_no_loss_without_spans() {
    let receiver = Receiver::start();
    refuse_all_but_traces(&receiver, 404);
    let no_spans = |name: &str| (name == "OTEL_TRACES_EXPORTER").then(|| "none".to_owned());
    let telemetry = to(&receiver).environment(no_spans);
    let (_dispatch, guard) = subscribe(telemetry);
    emit_log(&guard);
    guard.flush().unwrap();
    assert_eq!(guard.stats().logs().unsupported(), 1);
    guard.shutdown().unwrap();
}

/// Also beside spans on the same host.
#[test]
fn a_signal_with_a_path_of_its_own_is_lost_when_it_is_refused() {
    let receiver = Receiver::start();
    receiver.fail_path("/ingest/logs", Fault::Status(404, None));
    let url = receiver.url();
    let telemetry = Telemetry::otlp().environment(move |name| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(url.clone()),
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" => Some(format!("{url}/ingest/logs")),
        _ => None,
    });
    let (_dispatch, guard) = subscribe(telemetry);
    emit_log(&guard);
    let text = guard.flush().unwrap_err().to_string();
    assert!(text.starts_with("1 log record was lost: "), "{text}");
    guard.shutdown().unwrap();
}

#[test]
fn a_receiver_that_is_away_for_one_signal_loses_that_signal_alone() {
    let receiver = Receiver::start();
    receiver.fail_path("/v1/logs", Fault::Close);
    let telemetry = to(&receiver).timeout(std::time::Duration::from_secs(1));
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    emit_log(&guard);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(text.starts_with("1 log record was lost: "), "{text}");
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
    assert!(receiver.metric_points() > 0);
}
