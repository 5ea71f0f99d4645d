//! More than a receiver takes, or the queue holds.

use std::time::Duration;

use super::{subscribe, to, with};
use crate::support::otlp::{Fault, Receiver};

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_fits() {
    let receiver = Receiver::start();
    receiver.limit_size(200_000);
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(200));
    guard.shutdown().unwrap();
    let exports = receiver.exports();
    assert!(
        exports.iter().any(|export| !export.accepted),
        "nothing was too large"
    );
    assert_eq!(receiver.spans().len(), 200);
}

#[test]
fn a_single_span_that_is_too_large_is_lost_alone() {
    let receiver = Receiver::start();
    receiver.limit_size(100);
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(3));
    let text = guard.flush().unwrap_err().to_string();
    assert!(
        text.contains("3 spans were lost") && text.contains("HTTP 413"),
        "{text}"
    );
    guard.shutdown().unwrap();
}

#[test]
fn no_request_passes_new_relics_limit() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(500));
    guard.shutdown().unwrap();
    let exports = receiver.exports();
    assert!(exports.len() > 1 && exports.iter().all(|export| export.size <= 1_000_000));
    assert_eq!(receiver.spans().len(), 500);
}

#[test]
fn a_full_queue_drops_and_counts_each_span() {
    let receiver = Receiver::start();
    receiver.fail_next([Fault::Hang]);
    let small = |name: &str| match name {
        "OTEL_BSP_MAX_QUEUE_SIZE" => Some("4".to_owned()),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" => Some("1".to_owned()),
        _ => None,
    };
    let telemetry = to(&receiver)
        .environment(small)
        .timeout(Duration::from_secs(1));
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, || tracing::info_span!("first").in_scope(|| ()));
    receiver.wait_for_exports(1);
    with(&dispatch, || {
        (0..10).for_each(|_| tracing::info_span!("next").in_scope(|| ()));
    });
    assert_eq!(guard.stats().dropped(), 6);
    let _ = guard.flush();
    let stats = guard.stats();
    assert_eq!(
        stats.exported() + stats.failed() + stats.dropped(),
        11,
        "{stats:?}"
    );
    let _ = guard.shutdown();
}

fn no_compression(name: &str) -> Option<String> {
    (name == "OTEL_EXPORTER_OTLP_COMPRESSION").then(|| "none".to_owned())
}

fn large_spans(count: usize) {
    let content = "x".repeat(4_000);
    for _ in 0..count {
        tracing::info_span!("large", content = content.as_str()).in_scope(|| ());
    }
}
