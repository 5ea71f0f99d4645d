//! Each signal has a receiver of its own and one of them fails: the others lose
//! nothing and are not delayed, and each item of the failing one is counted.

mod pipeline;

use std::time::{Duration, Instant};

use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;

use self::pipeline::{Failure, Pipeline, SIGNALS, Signal, accepted, accepted_items, receiver};
use super::with;
use crate::support::otlp::Fault;

fn failures() -> [(&'static str, Failure); 6] {
    [
        ("429", Failure::Answer(Fault::Status(429, Some(60)))),
        ("401", Failure::Answer(Fault::Status(401, None))),
        ("503", Failure::Answer(Fault::Status(503, None))),
        ("hang", Failure::Answer(Fault::Hang)),
        ("close", Failure::Answer(Fault::Close)),
        ("absent", Failure::Absent),
    ]
}

const OFTEN: &[(&str, &str)] = &[
    ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
];
const EMITTED: u32 = 100;
/// The pause after a 401 is half of it.
const TIMEOUT: Duration = Duration::from_secs(6);
/// Far below that pause, and far above what a loaded machine needs.
const PROMPT: Duration = Duration::from_millis(2_500);

#[test]
fn a_failing_receiver_delays_and_loses_no_other_signal() {
    std::thread::scope(|scope| {
        for signal in SIGNALS {
            for (name, failure) in failures() {
                scope.spawn(move || check_table_cell(Some(&(signal, name, failure))));
            }
        }
        scope.spawn(|| check_table_cell(None));
    });
}

fn check_table_cell(failing: Option<&(Signal, &str, Failure)>) {
    let pipeline = Pipeline::start(TIMEOUT, OFTEN);
    if let Some((signal, _, failure)) = failing {
        pipeline.fail(*signal, failure);
    }
    pipeline.emit(EMITTED, Duration::from_secs(2));
    let began = Instant::now();
    while SIGNALS.iter().any(|it| pipeline.stats(*it).waiting > 0) {
        assert!(
            began.elapsed() < 2 * TIMEOUT,
            "{:?}",
            pipeline.guard.stats()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    for signal in SIGNALS {
        let receiver = pipeline.receiver(signal);
        let (arrived, counts) = (accepted(receiver, signal), pipeline.stats(signal));
        let exports = receiver.all_exports();
        if let Some((failing, name, _)) = failing
            && *failing == signal
        {
            let case = format!("{signal:?}, which fails with {name}");
            assert_eq!((arrived, counts.exported), (0, 0), "{case}: {counts:?}");
            match signal {
                // Of points, the pipeline's own are among them.
                Signal::Metrics => assert!(counts.lost > 0, "{case}: {counts:?}"),
                _ => assert_eq!(counts.lost, u64::from(EMITTED), "{case}: {counts:?}"),
            }
            assert!(exports.len() < 60, "{case}: {} requests", exports.len());
        } else {
            let case = format!("{signal:?} beside {failing:?}");
            let items = accepted_items(receiver, signal);
            assert_eq!(
                (arrived, counts.lost, counts.exported),
                (i64::from(EMITTED), 0, items),
                "{case}"
            );
            let slowest = exports.iter().map(|export| export.delay).max().unwrap();
            assert!(slowest < PROMPT, "{case}: {slowest:?}");
        }
    }
    let result = pipeline.guard.shutdown_within(Duration::from_secs(1));
    match failing {
        None => result.unwrap(),
        Some((signal, ..)) => {
            let text = result.unwrap_err().to_string();
            let url = receiver(&pipeline.receivers, *signal).url();
            assert!(text.contains("lost") && text.contains(&url), "{text}");
        }
    }
}

#[test]
fn a_shutdown_delivers_the_signals_whose_receivers_work() {
    std::thread::scope(|scope| {
        for signal in SIGNALS {
            for (name, failure) in failures() {
                scope.spawn(move || {
                    let pipeline = Pipeline::start(Duration::from_secs(90), OFTEN);
                    pipeline.fail(signal, &failure);
                    pipeline.emit(20, Duration::from_millis(500));
                    pipeline.emit(3, Duration::ZERO);
                    let began = Instant::now();
                    let limit = Duration::from_secs(3);
                    pipeline.guard.shutdown_within(limit).unwrap_err();
                    let took = began.elapsed();
                    assert!(took < 2 * limit, "{signal:?} {name}: {took:?}");
                    for other in SIGNALS {
                        let arrived = accepted(receiver(&pipeline.receivers, other), other);
                        let expected = if other == signal { 0 } else { 23 };
                        let case = format!("{other:?} beside {signal:?} with {name}");
                        assert_eq!(arrived, expected, "{case}");
                    }
                });
            }
        }
    });
}

/// So much of one signal waits that its exporter is held up.
#[test]
fn a_full_share_of_memory_holds_up_no_other_signal() {
    const UNCOMPRESSED: &[(&str, &str)] = &[
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
    ];
    std::thread::scope(|scope| {
        // Half a megabyte each: more than 64, 32 and 8 MiB.
        for (signal, count) in [
            (Signal::Traces, 160),
            (Signal::Logs, 96),
            (Signal::Metrics, 24),
        ] {
            scope.spawn(move || {
                let pipeline = Pipeline::start(Duration::from_secs(90), UNCOMPRESSED);
                pipeline.fail(signal, &Failure::Answer(Fault::Hang));
                emit_large_items(&pipeline, signal, count);
                let waits = |pipeline: &Pipeline| pipeline.stats(signal).waiting > 0;
                std::thread::sleep(Duration::from_secs(2));
                assert!(waits(&pipeline), "{signal:?}");
                let before = pipeline.stats(signal);
                let logger = pipeline.guard.logger_provider().logger("app");
                let counter = pipeline.guard.meter_provider().meter("app");
                counter.u64_counter("app.calls").build().add(1, &[]);
                with(&pipeline.dispatch, || {
                    tracing::info_span!("call").in_scope(|| ());
                });
                logger.emit(logger.create_log_record());
                let began = Instant::now();
                let limit = Duration::from_secs(4);
                let text = pipeline.guard.shutdown_within(limit).unwrap_err();
                assert!(began.elapsed() < 2 * limit, "{:?}", began.elapsed());
                // Each item is counted once, also what the exporter still held.
                if signal != Signal::Metrics {
                    let lost = format!("{} ", before.waiting + 1);
                    assert!(text.to_string().starts_with(&lost), "{lost}: {text}");
                }
                for other in SIGNALS.into_iter().filter(|other| *other != signal) {
                    let arrived = accepted(receiver(&pipeline.receivers, other), other);
                    assert!(arrived >= 1, "{other:?} beside {signal:?}");
                }
            });
        }
    });
}

fn emit_large_items(pipeline: &Pipeline, signal: Signal, count: u32) {
    let content = "x".repeat(512 * 1024);
    let logger = pipeline.guard.logger_provider().logger("app");
    let counter = pipeline.guard.meter_provider().meter("app");
    let counter = counter.u64_counter("app.large").build();
    for number in 0..count {
        match signal {
            Signal::Traces => with(&pipeline.dispatch, || {
                tracing::info_span!("large", content = content.as_str()).in_scope(|| ());
            }),
            Signal::Logs => {
                let mut record = logger.create_log_record();
                record.set_body(content.clone().into());
                logger.emit(record);
            }
            Signal::Metrics => {
                let value = format!("{number}{content}");
                counter.add(1, &[opentelemetry::KeyValue::new("content", value)]);
            }
        }
    }
}
