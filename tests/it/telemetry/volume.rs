//! More than a receiver takes, or the queue holds.

use std::collections::BTreeSet;

use super::{subscribe, to, with};
use crate::support::otlp::Receiver;

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_fits() {
    let receiver = Receiver::start();
    receiver.identify_by("number");
    receiver.limit_size(200_000);
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(200));
    guard.shutdown().unwrap();
    let exports = receiver.exports();
    assert!(
        exports.iter().any(|export| !export.accepted),
        "nothing was too large"
    );
    assert_each_arrived_once(&receiver, 200);
}

#[test]
fn a_single_span_that_is_too_large_is_sent_shortened() {
    let receiver = Receiver::start();
    receiver.identify_by("number");
    receiver.limit_size(2_500);
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(3));
    guard.flush().unwrap();
    assert_each_arrived_once(&receiver, 3);
    for span in receiver.spans() {
        let content = span.attributes["content"].as_str().unwrap();
        assert!(content.ends_with("x…") && content.len() > 500, "{content}");
        assert_eq!(span.attributes["short"], "kept");
    }
    let stats = guard.stats();
    let spans = stats.spans();
    assert_eq!((spans.shortened(), spans.exported()), (3, 3));
    assert!(stats.split() >= 2, "{stats:?}");
    guard.shutdown().unwrap();
}

#[test]
fn what_cannot_be_made_small_enough_is_lost_and_said() {
    let receiver = Receiver::start();
    receiver.identify_by("number");
    receiver.limit_size(100);
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(3));
    let text = guard.flush().unwrap_err().to_string();
    assert!(
        text.contains("3 spans") && text.contains("HTTP 413"),
        "{text}"
    );
    assert_eq!(guard.stats().spans().failed(), 3);
    let _ = guard.shutdown();
}

#[test]
fn no_request_passes_new_relics_limit() {
    let receiver = Receiver::start();
    receiver.identify_by("number");
    let (dispatch, guard) = subscribe(to(&receiver).environment(no_compression));
    with(&dispatch, || large_spans(500));
    guard.shutdown().unwrap();
    let exports = receiver.exports();
    assert!(exports.len() > 1 && exports.iter().all(|export| export.size <= 1_000_000));
    assert_each_arrived_once(&receiver, 500);
}

#[test]
fn a_full_queue_drops_and_counts_each_span() {
    let receiver = Receiver::start();
    receiver.identify_by("number");
    let small = |name: &str| match name {
        "OTEL_BSP_MAX_QUEUE_SIZE" => Some("4".to_owned()),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" => Some("1".to_owned()),
        _ => None,
    };
    let (dispatch, guard) = subscribe(to(&receiver).environment(small));
    with(&dispatch, || {
        (0..5_000).for_each(|number: i64| tracing::info_span!("next", number).in_scope(|| ()));
    });
    let text = guard.flush().unwrap_err().to_string();
    assert!(text.contains("the export queue was full"), "{text}");
    let stats = guard.stats().spans();
    assert!(stats.dropped() > 0);
    assert_eq!(stats.exported() + stats.dropped(), 5_000, "{stats:?}");
    let _ = guard.shutdown();
    assert_eq!(receiver.identities().len() as u64, stats.exported());
    assert_eq!(receiver.totals().twice, 0);
}

fn no_compression(name: &str) -> Option<String> {
    (name == "OTEL_EXPORTER_OTLP_COMPRESSION").then(|| "none".to_owned())
}

fn large_spans(count: i64) {
    let content = "x".repeat(4_000);
    for number in 0..count {
        let content = content.as_str();
        tracing::info_span!("large", number, content, short = "kept").in_scope(|| ());
    }
}

/// A sum would not show a lost span beside a duplicate.
fn assert_each_arrived_once(receiver: &Receiver, count: i64) {
    let numbers: BTreeSet<_> = (0..count).map(|number| number.to_string()).collect();
    assert_eq!(receiver.identities(), numbers);
    assert_eq!(receiver.totals().twice, 0);
}
