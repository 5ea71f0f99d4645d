//! A receiver with the rules and the limits of New Relic's ingest, and what
//! becomes of spans while it cannot take them: each arrives, or is counted.

use std::time::{Duration, Instant};

use nr_bedrock_observability::{SignalStats, Telemetry, TelemetryGuard};
use tracing::dispatcher::Dispatch;

use super::{KEY, subscribe, with};
use crate::support::otlp::{Fault, Receiver};

fn to_new_relic(receiver: &Receiver) -> Telemetry {
    let quickly = |name: &str| match name {
        "OTEL_BSP_SCHEDULE_DELAY" => Some("50".to_owned()),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" => Some("16".to_owned()),
        _ => None,
    };
    Telemetry::new_relic()
        .environment(quickly)
        .license_key(KEY)
        .service_name("support-bot")
        .endpoint(receiver.url())
}

/// Spans with something to say, so many a millisecond for a while.
fn spans(dispatch: &Dispatch, count: u32, lasting: Duration) {
    let began = Instant::now();
    with(dispatch, || {
        for number in 0..count {
            tracing::info_span!("call", number, content = "why? ".repeat(100)).in_scope(|| ());
            let due = lasting * number / count;
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    });
}

/// Waits until nothing waits any more: answers that never come are waited for.
fn drained(guard: &TelemetryGuard) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let _ = guard.flush();
    while guard.stats().spans().waiting() > 0 {
        assert!(Instant::now() < deadline, "{:?}", guard.stats());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn lost(guard: &TelemetryGuard) -> u64 {
    let stats = guard.stats().spans();
    stats.dropped() + stats.failed() + stats.rejected()
}

/// Each kind of outage, shorter than the deadline: nothing is lost. They wait
/// side by side.
#[test]
fn nothing_is_lost_in_an_outage_that_passes() {
    let second = Duration::from_secs(1);
    let outages: [(&str, Fault, Duration); 12] = [
        ("429", Fault::Status(429, Some(1)), second),
        ("429 without a time", Fault::Status(429, None), second),
        ("503", Fault::Status(503, None), 2 * second),
        ("500", Fault::Status(500, None), second),
        ("408", Fault::Status(408, None), second),
        ("530", Fault::Status(530, None), second),
        ("close", Fault::Close, 2 * second),
        ("close in the request", Fault::CloseInRequest, second),
        ("close in the answer", Fault::CloseInAnswer, second),
        ("hang", Fault::Hang, second),
        // A receiver that says "at once", and one that does not know the key yet.
        ("429 and 0", Fault::Status(429, Some(0)), second),
        ("403", Fault::Status(403, None), second),
    ];
    std::thread::scope(|scope| {
        for (name, fault, lasting) in outages {
            scope.spawn(move || {
                let receiver = Receiver::new_relic(KEY);
                receiver.count_only();
                // Half of the timeout is the pause after a 403.
                let refuses = matches!(fault, Fault::Status(403, _));
                let timeout = if refuses { 5 * second } else { 90 * second };
                let (dispatch, guard) = subscribe(to_new_relic(&receiver).timeout(timeout));
                let accepts = matches!(fault, Fault::CloseInAnswer);
                receiver.outage(lasting, fault);
                spans(&dispatch, 200, lasting.mul_f64(1.2));
                drained(&guard);
                let (stats, totals) = (guard.stats().spans(), receiver.totals());
                assert_eq!(totals.spans, 200, "{name}: {totals:?}");
                let counted = (stats.exported(), lost(&guard), totals.twice);
                assert_eq!(counted, (200, 0, 0), "{name}: {stats:?}");
                assert_eq!(totals.accepted == totals.requests, accepts, "{name}");
                // Not a request for each span, and no flood meanwhile.
                assert!(totals.requests < 60, "{name}: {totals:?}");
                assert_eq!(receiver.problems(), [""; 0], "{name}");
                guard.shutdown().unwrap();
            });
        }
        scope.spawn(|| {
            let receiver = Receiver::new_relic(KEY);
            let (dispatch, guard) = subscribe(to_new_relic(&receiver));
            spans(&dispatch, 50, Duration::from_millis(300));
            receiver.go_away(2 * second);
            spans(&dispatch, 150, 2 * second);
            guard
                .flush()
                .unwrap_or_else(|error| panic!("away: {error}"));
            assert_eq!((receiver.totals().spans, lost(&guard)), (200, 0));
            assert!(guard.stats().retried() > 0);
            guard.shutdown().unwrap();
        });
    });
}

/// What is sent is delivered, or counted as lost, or still waits: whatever the
/// receiver does, and at every moment.
#[test]
fn what_does_not_arrive_is_counted() {
    let second = Duration::from_secs(1);
    let faults: [(&str, Fault, Option<u64>); 6] = [
        ("400", Fault::Status(400, None), Some(200)),
        ("404", Fault::Status(404, None), Some(200)),
        ("503 for ever", Fault::Status(503, None), Some(200)),
        ("close for ever", Fault::Close, Some(200)),
        ("hang for ever", Fault::Hang, Some(200)),
        ("partial", Fault::Partial(1), None),
    ];
    std::thread::scope(|scope| {
        for (name, fault, missing) in faults {
            scope.spawn(move || {
                let receiver = Receiver::new_relic(KEY);
                let (dispatch, guard) = subscribe(to_new_relic(&receiver).timeout(second));
                receiver.fail_always(fault);
                spans(&dispatch, 200, Duration::from_millis(200));
                let known = |stats: &SignalStats| stats.exported() + lost(&guard) + stats.waiting();
                let _ = guard.flush();
                let stats = guard.stats().spans();
                assert_eq!(known(&stats), 200, "{name}: {stats:?}");
                drained(&guard);
                let stats = guard.stats().spans();
                assert_eq!(
                    (known(&stats), stats.waiting()),
                    (200, 0),
                    "{name}: {stats:?}"
                );
                let requests = u64::try_from(receiver.exports().len()).unwrap();
                // One span of each request is refused where a part is.
                let missing = missing.unwrap_or(requests);
                assert_eq!(
                    (lost(&guard), stats.exported()),
                    (missing, 200 - missing),
                    "{name}"
                );
                let error = guard.shutdown().unwrap_err().to_string();
                assert!(error.contains("lost"), "{name}: {error}");
            });
        }
    });
}

#[test]
fn later_batches_overtake_one_that_waits() {
    let receiver = Receiver::new_relic(KEY);
    receiver.fail_next([Fault::Hang]);
    let (dispatch, guard) = subscribe(to_new_relic(&receiver));
    spans(&dispatch, 1, Duration::ZERO);
    receiver.wait_for_exports(1);
    spans(&dispatch, 100, Duration::from_millis(100));
    let deadline = Instant::now() + Duration::from_secs(5);
    while receiver.totals().spans < 100 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    // The first one still hangs.
    assert_eq!(
        (receiver.totals().spans, guard.stats().spans().waiting()),
        (100, 1)
    );
    guard.shutdown_within(Duration::from_secs(20)).unwrap();
    assert_eq!(receiver.totals().spans, 101);
}

#[test]
fn a_wrong_key_is_no_flood() {
    let receiver = Receiver::new_relic("another");
    let (dispatch, guard) = subscribe(to_new_relic(&receiver));
    spans(&dispatch, 400, Duration::from_secs(1));
    let text = guard.flush().unwrap_err().to_string();
    assert!(
        text.contains("authentication failed (HTTP 403); check the license key and its region"),
        "{text}"
    );
    let requests = receiver.totals().requests;
    // Spans and the pipeline's own metrics: of each, what is in flight at once.
    assert!(requests <= 4, "{requests} requests");
    let _ = guard.shutdown();
    assert_eq!(receiver.totals().requests, requests);
}

#[test]
fn batches_that_do_not_compress_are_cut_before_they_are_sent() {
    let receiver = Receiver::new_relic(KEY);
    let large = |name: &str| (name == "OTEL_BSP_SCHEDULE_DELAY").then(|| "3600000".to_owned());
    let (dispatch, guard) = subscribe(to_new_relic(&receiver).environment(large));
    with(&dispatch, || {
        let mut noise = Noise(7);
        for _ in 0..400 {
            let (a, b) = (noise.text(4_000), noise.text(4_000));
            tracing::info_span!("call", a, b).in_scope(|| ());
        }
    });
    // One flush waits for 5 s, which a busy machine may need more than once.
    assert!((0..6).any(|_| guard.flush().is_ok()));
    let totals = receiver.totals();
    assert_eq!(totals.spans, 400);
    // 3.2 MB of letters of which each is worth six bits of eight.
    assert!(
        totals.accepted >= 3 && totals.accepted == totals.requests,
        "{totals:?}"
    );
    assert!(totals.largest <= 1_000_000, "{totals:?}");
    assert!(guard.stats().split() > 0);
    guard.shutdown().unwrap();
}

#[test]
fn a_span_that_is_too_large_alone_arrives_shortened() {
    let receiver = Receiver::new_relic(KEY);
    let (dispatch, guard) = subscribe(to_new_relic(&receiver));
    with(&dispatch, || {
        let mut noise = Noise(11);
        let span = tracing::info_span!("call", short = "kept");
        // Each within New Relic's limits, and all together beyond a request.
        for _ in 0..120 {
            let [a, b] = [(); 2].map(|()| noise.text(4_095));
            let (c, d) = (noise.text(3_500), noise.text(1_500));
            tracing::info!(parent: &span, a, b, c, d, "an event");
        }
    });
    guard.flush().unwrap();
    let span = receiver.span("call");
    assert_eq!(span.attributes["short"], "kept");
    assert_eq!(span.events.len(), 120);
    for (_, attributes) in &span.events {
        let length = |key: &str| {
            let text = attributes[key].as_str().unwrap();
            text.chars().count()
        };
        // The longest give way, as far as needed; the others are whole.
        for key in ["a", "b", "c"] {
            assert!(attributes[key].as_str().unwrap().ends_with('…'));
            assert!((1_600..3_500).contains(&length(key)), "{}", length(key));
        }
        assert_eq!(length("d"), 1_500);
    }
    assert_eq!(
        (
            guard.stats().spans().shortened(),
            guard.stats().spans().exported()
        ),
        (1, 1)
    );
    assert!(receiver.totals().largest <= 1_000_000);
    guard.shutdown().unwrap();
}

/// Letters that do not compress, the same in each run.
struct Noise(u64);

impl Noise {
    fn text(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 64] =
            b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
        let letters = (0..length).map(|_| {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(self.0 >> 58).unwrap();
            char::from(*LETTERS.get(index).unwrap())
        });
        letters.collect()
    }
}
