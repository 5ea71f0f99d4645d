//! Runs the check.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::Context;
use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanContext, Tracer as _, TracerProvider as _};

use super::export_check::ExportCheck;
use super::signal_check::SignalCheck;
use super::variables::find_unread;
use crate::Error;
use crate::emit::sinks::instrumentation_scope;
use crate::semconv::pipeline;
use crate::telemetry::config::builder::Telemetry;
use crate::telemetry::config::effective_settings::{EffectiveSettings, EffectiveSignal};
use crate::telemetry::config::guard::TelemetryGuard;
use crate::telemetry::config::supported::SUPPORTED;
use crate::telemetry::config::unsupported::UNSUPPORTED;
use crate::telemetry::report::exchange::Exchange;
use crate::telemetry::signal::{PerSignal, Signal};

impl Telemetry {
    /// Checks whether telemetry arrives: sends one span, one metric point and one log
    /// record through a pipeline with these settings, and reports what each receiver
    /// answered. For the start of an application, a step of a deployment, or
    /// troubleshooting. The command `nr-bedrock-doctor` prints it.
    ///
    /// The first answer counts: nothing is sent again. Sampling does not apply.
    /// Installs nothing. Blocks for as long as the receivers take to answer, at most
    /// about 12 s; on an async runtime, call it in `spawn_blocking`.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// # let variables = |_: &str| None;
    /// let telemetry = Telemetry::from_env();
    /// # let telemetry = telemetry.environment(variables);
    /// let check = telemetry.check()?;
    /// if !check.is_ok() {
    ///     eprintln!("telemetry does not arrive:\n{check}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_setting`], [`Error::is_missing_setting`]: as
    /// [`layer`](Self::layer). A receiver that cannot be reached, or that answers with
    /// a failure, is no error but part of the result.
    pub fn check(self) -> Result<ExportCheck, Error> {
        let settings = self.effective_settings()?;
        let names = self.variable_names();
        let names = names.iter().map(String::as_str);
        let mut check = ExportCheck {
            signals: PerSignal::from_fn(|signal| SignalCheck::off(select(&settings, signal))),
            unread: find_unread(names, SUPPORTED, UNSUPPORTED),
            settings,
            trace_id: None,
            clock_offset: None,
        };
        let exported = |signal| select(&check.settings, signal).endpoint().is_some();
        let exported: Vec<Signal> = Signal::ALL.into_iter().filter(|it| exported(*it)).collect();
        if exported.is_empty() {
            return Ok(check);
        }
        let guard = self.start_for_check()?;
        let context = record_items(&guard);
        guard.submit(SUBMIT_TIMEOUT);
        wait_for_answers(&guard, &exported);
        let counters = guard.counters();
        let stats = counters.stats();
        check.signals = PerSignal::from_fn(|signal| {
            if !exported.contains(&signal) {
                return SignalCheck::off(select(&check.settings, signal));
            }
            let exchange = counters.signal(signal).last_exchange.get();
            SignalCheck::new(exchange, *stats.get(signal), || {
                counters.loss_problem(signal)
            })
        });
        let exchanges = check.signals.iter();
        check.clock_offset = exchanges
            .filter_map(|it| it.exchange.as_ref())
            .find_map(measure_clock);
        if exported.contains(&Signal::Traces) {
            check.trace_id = Some(context.trace_id().to_string());
        }
        guard.discard();
        Ok(check)
    }
}

fn select(settings: &EffectiveSettings, signal: Signal) -> &EffectiveSignal {
    match signal {
        Signal::Logs => settings.logs(),
        Signal::Metrics => settings.metrics(),
        Signal::Traces => settings.spans(),
    }
}

/// One of each signal, in a trace of their own.
fn record_items(guard: &TelemetryGuard) -> SpanContext {
    let tracer = guard.tracer_provider();
    let tracer = tracer.tracer_with_scope(instrumentation_scope());
    let builder = SpanBuilder::from_name(pipeline::CHECK_SPAN);
    let mut span = tracer.build_with_context(builder, &Context::new());
    let context = span.span_context().clone();
    let meter = guard.meter_provider();
    let meter = meter.meter_with_scope(instrumentation_scope());
    meter.u64_counter(pipeline::CHECKS).build().add(1, &[]);
    let logger = guard.logger_provider();
    let logger = logger.logger_with_scope(instrumentation_scope());
    let mut record = logger.create_log_record();
    record.set_severity_number(Severity::Info);
    record.set_severity_text("INFO");
    record.set_timestamp(SystemTime::now());
    record.set_body("test of the telemetry export".into());
    record.set_trace_context(
        context.trace_id(),
        context.span_id(),
        Some(context.trace_flags()),
    );
    logger.emit(record);
    span.end();
    context
}

/// Waits for the first answer to each signal, or for its loss without one.
fn wait_for_answers(guard: &TelemetryGuard, signals: &[Signal]) {
    let counters = guard.counters();
    let is_open = |signal: &Signal| {
        let answered = counters.signal(*signal).last_exchange.get().is_some();
        !answered && counters.stats().get(*signal).waiting() > 0
    };
    let until = Instant::now() + ANSWER_TIMEOUT;
    while Instant::now() < until && signals.iter().any(is_open) {
        thread::sleep(POLL_INTERVAL);
    }
}

/// Seconds by which this machine's clock is ahead.
fn measure_clock(exchange: &Exchange) -> Option<i64> {
    let (receiver, here) = exchange.date?;
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Some(match here.duration_since(receiver) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    })
}

/// An attempt takes at most 10 s, see `SignalConfig::attempt_timeout`.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(11_500);
const SUBMIT_TIMEOUT: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
