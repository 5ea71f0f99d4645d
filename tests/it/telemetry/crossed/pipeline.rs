//! A pipeline whose signals have a receiver each.

use std::time::{Duration, Instant};

use nr_bedrock_observability::{SignalStats, Telemetry, TelemetryGuard};
use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;
use tracing::dispatcher::Dispatch;

use crate::support::otlp::{Fault, Receiver};
use crate::telemetry::{subscribe, with};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signal {
    Traces,
    Metrics,
    Logs,
}

pub(super) const SIGNALS: [Signal; 3] = [Signal::Traces, Signal::Metrics, Signal::Logs];

/// How a receiver fails, from the first request to the last.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Answer(Fault),
    /// Nobody listens.
    Absent,
}

/// A pipeline with three receivers, in the order of `SIGNALS`.
pub(super) struct Pipeline {
    pub(super) receivers: [Receiver; 3],
    pub(super) dispatch: Dispatch,
    pub(super) guard: TelemetryGuard,
}

impl Pipeline {
    /// `set` are more variables of the environment.
    pub(super) fn start(timeout: Duration, set: &'static [(&'static str, &'static str)]) -> Self {
        let receivers = SIGNALS.map(|_| Receiver::start());
        let urls = [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "/v1/metrics"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "/v1/logs"),
        ];
        let mut variables: Vec<(&str, String)> = urls
            .iter()
            .zip(&receivers)
            .map(|((name, path), receiver)| (*name, format!("{}{path}", receiver.url())))
            .collect();
        variables.extend(set.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let telemetry = Telemetry::otlp()
            .environment(move |name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone())
            })
            .timeout(timeout);
        let (dispatch, guard) = subscribe(telemetry);
        Self {
            receivers,
            dispatch,
            guard,
        }
    }

    pub(super) fn receiver(&self, signal: Signal) -> &Receiver {
        receiver(&self.receivers, signal)
    }

    pub(super) fn fail(&self, signal: Signal, failure: &Failure) {
        match failure {
            Failure::Answer(fault) => self.receiver(signal).fail_always(fault.clone()),
            Failure::Absent => self.receiver(signal).go_away(Duration::from_mins(1)),
        }
    }

    /// So many spans, log records and increments of a counter, in steps.
    pub(super) fn emit(&self, count: u32, lasting: Duration) {
        let logger = self.guard.logger_provider().logger("app");
        let counter = self.guard.meter_provider().meter("app");
        let counter = counter.u64_counter("app.calls").build();
        let began = Instant::now();
        for number in 1..=count {
            with(&self.dispatch, || {
                tracing::info_span!("call").in_scope(|| ());
            });
            let mut record = logger.create_log_record();
            record.set_body("called".into());
            logger.emit(record);
            counter.add(1, &[]);
            // Metrics leave when this test says so, so that it can wait for the last.
            if number % 5 == 0 {
                self.guard.meter_provider().force_flush().unwrap();
            }
            let due = lasting * number / count;
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }

    pub(super) fn stats(&self, signal: Signal) -> Counts {
        let stats = self.guard.stats();
        match signal {
            Signal::Traces => Counts::new(&stats.spans()),
            Signal::Metrics => Counts::new(&stats.metrics()),
            Signal::Logs => Counts::new(&stats.logs()),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Counts {
    pub(super) exported: u64,
    pub(super) lost: u64,
    pub(super) waiting: u64,
}

impl Counts {
    fn new(stats: &SignalStats) -> Self {
        Self {
            exported: stats.exported(),
            lost: stats.losses().map(|(_, count)| count).sum(),
            waiting: stats.waiting(),
        }
    }
}

pub(super) fn receiver(receivers: &[Receiver; 3], signal: Signal) -> &Receiver {
    let [traces, metrics, logs] = receivers;
    match signal {
        Signal::Traces => traces,
        Signal::Metrics => metrics,
        Signal::Logs => logs,
    }
}

/// What of that which `Pipeline::emit` emits was accepted.
pub(super) fn accepted(receiver: &Receiver, signal: Signal) -> i64 {
    let count = |items: usize| i64::try_from(items).unwrap();
    match signal {
        Signal::Traces => count(receiver.spans().len()),
        Signal::Logs => count(receiver.logs().len()),
        Signal::Metrics => receiver.counter_sum("app.calls"),
    }
}

/// All items that were accepted, as the pipeline counts them.
pub(super) fn accepted_items(receiver: &Receiver, signal: Signal) -> u64 {
    let items = match signal {
        Signal::Traces => receiver.spans().len(),
        Signal::Logs => receiver.logs().len(),
        Signal::Metrics => receiver.metric_points(),
    };
    u64::try_from(items).unwrap()
}
