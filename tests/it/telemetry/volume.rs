//! More than a receiver takes, or the queue holds.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{subscribe, to, trace, with};
use crate::support::otlp::{Fault, Receiver};

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

/// The text of the moment, not that of an earlier failure.
#[test]
fn a_queue_that_is_full_again_after_another_loss_is_named() {
    let receiver = Receiver::start();
    let small = |name: &str| match name {
        "OTEL_BSP_MAX_QUEUE_SIZE" => Some("4".to_owned()),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" => Some("1".to_owned()),
        _ => None,
    };
    let (dispatch, guard) = subscribe(to(&receiver).environment(small));
    let fill = || {
        with(&dispatch, || {
            (0..5_000).for_each(|number: i64| tracing::info_span!("next", number).in_scope(|| ()));
        });
        guard.flush().unwrap_err().to_string()
    };
    let text = fill();
    assert!(text.ends_with("the export queue was full"), "{text}");
    receiver.fail_path("/v1/traces", Fault::Status(400, None));
    with(&dispatch, trace);
    let text = guard.flush().unwrap_err().to_string();
    assert!(text.contains("HTTP 400"), "{text}");
    receiver.recover();
    with(&dispatch, trace);
    guard.flush().unwrap();
    let text = fill();
    assert!(text.ends_with("the export queue was full"), "{text}");
    guard.shutdown().unwrap();
}

/// The failure that has passed does not explain the present one.
#[test]
fn a_problem_that_is_over_is_not_named_again() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver));
    let brief = Duration::from_millis(300);
    receiver.fail_path("/v1/traces", Fault::Status(503, None));
    with(&dispatch, trace);
    let text = guard.flush_within(brief).unwrap_err().to_string();
    assert!(text.contains("HTTP 503"), "{text}");
    receiver.recover();
    guard.flush().unwrap();
    receiver.fail_path("/v1/traces", Fault::Hang);
    with(&dispatch, trace);
    let text = guard.flush_within(brief).unwrap_err().to_string();
    let url = receiver.url();
    let expected = format!("2 spans could not be delivered yet: {url}/v1/traces: no response yet");
    assert_eq!(text, expected);
    let _ = guard.shutdown_within(brief);
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
