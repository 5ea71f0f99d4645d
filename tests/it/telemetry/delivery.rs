//! Arriving, failing, counting.

use std::time::{Duration, Instant};

use nr_bedrock_observability::TelemetryGuard;
use tracing::dispatcher::Dispatch;
use tracing::instrument::WithSubscriber as _;

use super::{KEY, subscribe, to, trace, with};
use crate::support::otlp::{Fault, Receiver};

fn pipeline(receiver: &Receiver) -> (Dispatch, TelemetryGuard) {
    subscribe(to(receiver))
}

#[test]
fn a_trace_arrives_without_any_runtime() {
    let receiver = Receiver::start();
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    guard.flush().unwrap();

    let root = receiver.span("answer");
    let child = receiver.span("retrieval");
    assert_eq!(
        (child.trace_id.as_str(), &child.parent_id),
        (root.trace_id.as_str(), &root.id)
    );
    assert!(root.started > 0 && child.started >= root.started);
    assert_eq!(child.attributes["top_k"], 3);
    assert_eq!(root.scope, "nr-bedrock-observability");
    // Nothing of the layer's own: no thread, no line, no busy time.
    assert!(root.attributes.is_empty(), "{:?}", root.attributes);

    let export = receiver.exports().remove(0);
    assert_eq!(export.path, "/v1/traces");
    assert_eq!(export.headers["api-key"], KEY);
    assert_eq!(export.headers["content-encoding"], "gzip");
    assert_eq!(export.headers["content-type"], "application/x-protobuf");
    assert_eq!(export.resource["service.name"], "support-bot");
    assert_eq!(export.resource["aiEnabledApp"], "true");
    assert_eq!(export.resource["telemetry.sdk.language"], "rust");
    assert_eq!(
        export.resource["service.instance.id"]
            .as_str()
            .unwrap()
            .len(),
        36
    );

    let stats = guard.stats().spans();
    assert_eq!(
        (
            stats.exported(),
            stats.dropped(),
            stats.failed(),
            stats.rejected()
        ),
        (2, 0, 0, 0)
    );
    guard.shutdown().unwrap();
}

async fn from_a_task(receiver: &Receiver) {
    let (dispatch, guard) = pipeline(receiver);
    async {
        tokio::task::yield_now().await;
        trace();
    }
    .with_subscriber(dispatch)
    .await;
    guard.flush().unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
    guard.shutdown().unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn a_trace_arrives_under_a_current_thread_runtime() {
    from_a_task(&Receiver::start()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_arrives_under_a_multi_thread_runtime() {
    from_a_task(&Receiver::start()).await;
}

#[test]
fn shutdown_and_drop_deliver_what_waits() {
    let receiver = Receiver::start();
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    guard.shutdown().unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);

    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    drop(guard);
    assert_eq!(
        receiver.names(),
        ["answer", "answer", "retrieval", "retrieval"]
    );
}

#[test]
fn flush_within_returns_at_its_limit_and_delivery_continues() {
    let receiver = Receiver::start();
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    guard.flush_within(Duration::from_secs(10)).unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);

    receiver.outage(Duration::from_secs(3), Fault::Status(503, None));
    with(&dispatch, trace);
    let began = Instant::now();
    let error = guard.flush_within(Duration::from_millis(300)).unwrap_err();
    let took = began.elapsed();
    assert!(error.is_export());
    // The limit of `flush` is 10 s.
    assert!(took < Duration::from_secs(2), "{took:?}");
    guard.flush().unwrap();
    assert_eq!(receiver.names().len(), 4);
    guard.shutdown().unwrap();
}

#[test]
fn a_refusal_is_told_once_with_its_reason_and_without_the_key() {
    let receiver = Receiver::start();
    receiver.fail_always(Fault::Status(403, None));
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    let error = guard.flush().unwrap_err();
    assert!(error.is_export());
    let text = format!("{error}");
    assert!(
        text.starts_with("2 spans ") && text.contains("delivered yet: http://127.0.0.1:"),
        "{text}"
    );
    assert!(
        text.contains("authentication failed (HTTP 403); check the license key"),
        "{text}"
    );
    assert!(!format!("{error:?} {guard:?}").contains("SECRET"));
    // There is a pause: the key may be put right meanwhile. At the end there is
    // no time left.
    assert_eq!(
        (
            guard.stats().spans().waiting(),
            guard.stats().spans().exported()
        ),
        (2, 0)
    );
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(text.contains("lost: http://127.0.0.1:"), "{text}");
    let requests = receiver.all_exports().len();
    assert!(requests <= 2, "{requests} are a flood");
}

#[test]
fn what_was_lost_in_the_background_is_told_at_the_end() {
    let receiver = Receiver::start();
    receiver.fail_next([Fault::Status(400, None)]);
    let often = |name: &str| (name == "OTEL_BSP_SCHEDULE_DELAY").then(|| "10".to_owned());
    let (dispatch, guard) = subscribe(to(&receiver).environment(often));
    with(&dispatch, trace);
    receiver.wait_for_exports(1);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(
        text.contains("lost: http://127.0.0.1:") && text.contains("HTTP 400"),
        "{text}"
    );
}

#[test]
fn what_passes_is_tried_again() {
    let receiver = Receiver::start();
    receiver.fail_next([
        Fault::Status(503, Some(1)),
        Fault::Status(500, None),
        Fault::Close,
    ]);
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    let began = Instant::now();
    guard.shutdown().unwrap();
    assert!(
        began.elapsed() >= Duration::from_secs(1),
        "Retry-After was not honoured"
    );
    assert_eq!(receiver.exports().len(), 4);
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}

#[test]
fn a_rate_limit_is_waited_for() {
    let receiver = Receiver::start();
    receiver.fail_next([Fault::Status(429, Some(2))]);
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    let began = Instant::now();
    guard.flush().unwrap();
    assert!(began.elapsed() >= Duration::from_secs(2));
    assert_eq!(guard.stats().spans().exported(), 2);
    guard.shutdown().unwrap();
}

#[test]
fn a_receiver_that_is_not_there_is_named_with_the_cause() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let receiver = Receiver::start();
    let telemetry = to(&receiver)
        .endpoint(format!("http://{gone}/?token=hidden"))
        .timeout(Duration::from_secs(2));
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(
        text.contains(&format!("http://{gone}/v1/traces: ")),
        "{text}"
    );
    assert!(text.to_lowercase().contains("connection refused"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn https_is_spoken_where_the_url_says_so() {
    let receiver = Receiver::start();
    let url = receiver.url().replace("http:", "https:");
    let (dispatch, guard) = subscribe(to(&receiver).endpoint(url));
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    // The receiver knows no TLS, and nothing is sent without it.
    assert!(text.contains("https://127.0.0.1:"), "{text}");
    assert!(receiver.exports().is_empty());
}

#[test]
fn a_receiver_that_hangs_holds_nobody_up() {
    let receiver = Receiver::start();
    receiver.fail_always(Fault::Hang);
    let (dispatch, guard) = subscribe(to(&receiver).timeout(Duration::from_millis(300)));
    with(&dispatch, trace);
    let began = Instant::now();
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(text.contains("no response within"), "{text}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn dropping_waits_for_a_bounded_time() {
    let receiver = Receiver::start();
    receiver.fail_always(Fault::Hang);
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    let began = Instant::now();
    drop(guard);
    assert!(
        began.elapsed() < Duration::from_secs(7),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn refused_spans_of_an_accepted_request_are_counted() {
    let receiver = Receiver::start();
    receiver.fail_next([Fault::Partial(1)]);
    let (dispatch, guard) = pipeline(&receiver);
    with(&dispatch, trace);
    let text = guard.flush().unwrap_err().to_string();
    assert!(
        text.starts_with("1 span was lost") && text.ends_with("rejected spans: too old"),
        "{text}"
    );
    assert_eq!(
        (
            guard.stats().spans().exported(),
            guard.stats().spans().rejected()
        ),
        (1, 1)
    );
    guard.shutdown().unwrap();
}

#[test]
fn the_exporters_own_traffic_is_not_traced() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver).level(tracing::Level::TRACE));
    tracing::dispatcher::with_default(&dispatch, || {
        trace();
        guard.flush().unwrap();
        guard.flush().unwrap();
    });
    guard.shutdown().unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
}
