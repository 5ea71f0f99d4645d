//! How long `flush` and `shutdown` wait, and what is counted meanwhile.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use nr_bedrock_observability::{Compression, Telemetry, TelemetryGuard};
use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
use tracing::dispatcher::Dispatch;

use super::{subscribe, trace, with};
use crate::support::certificates::Authority;
use crate::support::otlp::{Fault, Receiver};

fn pipeline(url: &str) -> (Dispatch, TelemetryGuard) {
    subscribe(
        Telemetry::otlp()
            .environment(|_| None)
            .endpoint(url)
            .timeout(Duration::from_mins(1)),
    )
}

/// A port that refuses connections.
fn closed_port() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = work();
    (result, began.elapsed())
}

/// The limit of `shutdown` is 10 s.
#[test]
fn shutdown_gives_up_early_when_connections_are_refused() {
    let (dispatch, guard) = pipeline(&closed_port());
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.shutdown());
    let text = result.unwrap_err().to_string();
    assert!(text.starts_with("2 spans "), "{text}");
    assert!(text.contains("were lost: http://127.0.0.1:"), "{text}");
    assert!(text.contains("Connection refused"), "{text}");
    let (least, most) = (Duration::from_millis(900), Duration::from_secs(4));
    assert!(took >= least && took < most, "{took:?}");
}

/// Also when the backoff of earlier failures has grown to seconds.
#[test]
fn shutdown_gives_up_early_in_a_long_outage() {
    let (dispatch, guard) = pipeline(&closed_port());
    with(&dispatch, trace);
    let _ = guard.flush_within(Duration::from_millis(100));
    std::thread::sleep(Duration::from_secs(5));
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.shutdown());
    assert!(result.unwrap_err().to_string().starts_with("4 spans "));
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn the_limit_of_shutdown_bounds_how_long_refused_connections_are_retried() {
    let url = closed_port();
    let (dispatch, guard) = pipeline(&url);
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.shutdown_within(Duration::from_secs(30)));
    result.unwrap_err();
    let (least, most) = (Duration::from_millis(2_900), Duration::from_secs(8));
    assert!(took >= least && took < most, "{took:?}");

    let (dispatch, guard) = pipeline(&url);
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.shutdown_within(Duration::from_millis(300)));
    result.unwrap_err();
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_receiver_that_returns_during_the_shutdown_gets_everything() {
    let receiver = Receiver::start();
    let (dispatch, guard) = pipeline(&receiver.url());
    receiver.go_away(Duration::from_millis(1_200));
    std::thread::sleep(Duration::from_millis(50));
    with(&dispatch, trace);
    guard.shutdown_within(Duration::from_secs(30)).unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}

/// It is there, and slow or busy: worth the wait.
#[test]
fn shutdown_waits_for_a_receiver_that_answers() {
    let receiver = Receiver::start();
    receiver.outage(Duration::from_secs(3), Fault::Status(503, None));
    let (dispatch, guard) = pipeline(&receiver.url());
    with(&dispatch, trace);
    guard.shutdown().unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}

#[test]
fn flush_gives_up_early_when_connections_are_refused_and_delivery_continues() {
    let receiver = Receiver::start();
    let (dispatch, guard) = pipeline(&receiver.url());
    receiver.go_away(Duration::from_secs(4));
    std::thread::sleep(Duration::from_millis(50));
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.flush());
    let text = result.unwrap_err().to_string();
    assert!(
        text.contains("2 spans could not be delivered yet") || text.contains("2 spans and "),
        "{text}"
    );
    assert!(took < Duration::from_secs(4), "{took:?}");
    let deadline = Instant::now() + Duration::from_secs(15);
    while receiver.names().len() < 2 {
        assert!(Instant::now() < deadline, "{:?}", guard.stats());
        std::thread::sleep(Duration::from_millis(50));
    }
    guard.shutdown().unwrap();
}

#[test]
fn flush_delivers_spans_beside_a_metrics_receiver_that_refuses_the_credentials() {
    let receiver = Receiver::start();
    receiver.fail_path("/v1/metrics", Fault::Status(401, None));
    let (dispatch, guard) = pipeline(&receiver.url());
    for round in 1..=3 {
        with(&dispatch, trace);
        let text = guard.flush().unwrap_err().to_string();
        // It names what is missing, and nothing else.
        assert!(text.contains("metric point"), "{text}");
        assert!(!text.contains("span"), "{text}");
        assert_eq!(receiver.names().len(), 2 * round);
    }
    receiver.recover();
    guard.flush().unwrap();
    assert!(receiver.metric_points() > 0);
    guard.shutdown().unwrap();
}

#[test]
fn flush_after_an_authentication_failure_tries_what_is_new() {
    let receiver = Receiver::start();
    receiver.fail_path("/v1/traces", Fault::Status(401, None));
    let (dispatch, guard) = pipeline(&receiver.url());
    with(&dispatch, trace);
    let (result, took) = timed(|| guard.flush());
    let text = result.unwrap_err().to_string();
    assert!(text.contains("authentication failed (HTTP 401)"), "{text}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    let requests = |receiver: &Receiver| receiver.exports().len();
    let before = requests(&receiver);
    // Nothing is new: no further request.
    guard.flush().unwrap_err();
    assert_eq!(requests(&receiver), before);
    with(&dispatch, trace);
    guard.flush().unwrap_err();
    assert_eq!(requests(&receiver), before + 1);
    // The key is valid now. Without a flush the pause would be 30 s.
    receiver.recover();
    with(&dispatch, trace);
    guard.flush().unwrap();
    assert_eq!(receiver.names().len(), 6);
    guard.shutdown().unwrap();
}

/// Ticks of processor time of the delivery threads so far.
#[cfg(target_os = "linux")]
fn delivery_ticks() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let ticks = tasks.filter_map(|task| {
        let stat = std::fs::read_to_string(task.ok()?.path().join("stat")).ok()?;
        let (name, fields) = stat.rsplit_once(") ")?;
        let mut fields = fields.split(' ').skip(11);
        let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        name.ends_with("(nr-bedrock-otlp").then_some(ticks)
    });
    ticks.sum()
}

/// More logs than may wait: the exporter is blocked.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "a process that another test starts"]
fn full_backlog() {
    let telemetry = Telemetry::otlp()
        .environment(|_| None)
        .endpoint(closed_port())
        .compression(Compression::None)
        .timeout(Duration::from_mins(1));
    let (_dispatch, guard) = subscribe(telemetry);
    let logger = guard.logger_provider().logger("app");
    for _ in 0..1_200 {
        let mut record = logger.create_log_record();
        record.set_body("x".repeat(100_000).into());
        logger.emit(record);
    }
    let (result, took) = timed(|| guard.flush_within(Duration::from_secs(5)));
    let text = result.unwrap_err().to_string();
    assert!(
        text.contains("log records could not be delivered"),
        "{text}"
    );
    assert!(took < Duration::from_secs(4), "{took:?}");
    // Also of a flush whose limit is over before the receiver is given up.
    let _ = guard.flush_within(Duration::from_millis(50));
    let before = delivery_ticks();
    std::thread::sleep(Duration::from_secs(3));
    let ticks = delivery_ticks() - before;
    assert!(ticks < 60, "{ticks} ticks in 3 s");
    let (result, took) = timed(|| guard.shutdown());
    let text = result.unwrap_err().to_string();
    assert!(text.contains("1200 log records were lost"), "{text}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

/// In a process of its own, whose processor time is that of one pipeline.
#[cfg(target_os = "linux")]
#[test]
fn flush_with_a_full_backlog_gives_up_early_and_takes_no_processor_time() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "telemetry::waits::full_backlog"])
        .args(["--ignored", "--nocapture"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// A certificate of an unknown authority, and a port for gRPC.
#[test]
fn shutdown_gives_up_early_when_no_attempt_can_succeed() {
    let tls = Authority::new().server(&["127.0.0.1"], None);
    let receiver = Receiver::start_tls(tls);
    let not_http = Receiver::start();
    not_http.fail_always(Fault::Close);
    for (url, reason) in [
        (
            format!("https://127.0.0.1:{}", receiver.port()),
            "UnknownIssuer",
        ),
        (not_http.url(), "connection closed"),
    ] {
        let (dispatch, guard) = pipeline(&url);
        with(&dispatch, trace);
        let (result, took) = timed(|| guard.shutdown());
        let text = result.unwrap_err().to_string();
        assert!(text.contains(reason), "{text}");
        let (least, most) = (Duration::from_millis(900), Duration::from_secs(5));
        assert!(took >= least && took < most, "{url}: {took:?}");
    }
}

#[test]
fn bytes_sent_counts_what_left_the_process() {
    let (dispatch, guard) = pipeline(&closed_port());
    with(&dispatch, trace);
    guard.flush_within(Duration::from_millis(800)).unwrap_err();
    assert_eq!(guard.stats().bytes_sent(), 0);
    guard
        .shutdown_within(Duration::from_millis(100))
        .unwrap_err();

    let receiver = Receiver::start();
    receiver.fail_next([Fault::Status(503, None)]);
    let (dispatch, guard) = pipeline(&receiver.url());
    with(&dispatch, trace);
    guard.flush().unwrap();
    let bytes = u64::try_from(receiver.totals().bytes).unwrap();
    assert_eq!(guard.stats().bytes_sent(), bytes);
    guard.shutdown().unwrap();
}

#[test]
fn console_counts_finished_spans_of_open_traces_as_waiting() {
    let telemetry = Telemetry::console()
        .environment(|_| None)
        .writer(std::io::sink());
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, || {
        tracing::info_span!("root").in_scope(|| {
            for _ in 0..5 {
                tracing::info_span!("child").in_scope(|| ());
            }
            let stats = guard.stats().spans();
            assert_eq!((stats.waiting(), stats.exported()), (5, 0));
        });
    });
    let stats = guard.stats().spans();
    assert_eq!((stats.waiting(), stats.exported()), (0, 6));
    // Beyond the limit of a trace.
    with(&dispatch, || {
        tracing::info_span!("root").in_scope(|| {
            for _ in 0..1_005 {
                tracing::info_span!("child").in_scope(|| ());
            }
            let stats = guard.stats().spans();
            assert_eq!((stats.waiting(), stats.dropped()), (1_000, 5));
        });
    });
    let stats = guard.stats().spans();
    assert_eq!((stats.waiting(), stats.exported()), (0, 1_006));
    assert_eq!(stats.dropped(), 6);
    let _ = guard.shutdown();
}
