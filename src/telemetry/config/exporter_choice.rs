//! `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER`.

use super::environment::{Environment, split_list};
use super::signal_off::SignalOff;
use super::signal_variables::signal_variables;
use crate::telemetry::signal::Signal;

/// The exporter of a signal.
#[derive(Debug)]
pub(super) enum ExporterChoice {
    /// The variable is not set; OTLP if there is a destination.
    Default,
    Otlp,
    /// The tree on standard error.
    Console,
    Off(SignalOff),
}

/// `otlp`, `none` or, for spans, `console`. Of a list with `otlp` the rest is
/// ignored. Anything else turns the signal off: another exporter would send the data
/// elsewhere.
pub(super) fn resolve_exporter(env: &Environment, signal: Signal) -> ExporterChoice {
    let name = signal_variables(signal).exporter;
    let Some(list) = env.get(name) else {
        return ExporterChoice::Default;
    };
    let lower = list.to_ascii_lowercase();
    let exporters: Vec<&str> = split_list(&lower).collect();
    match exporters.as_slice() {
        [] => ExporterChoice::Default,
        ["none"] => ExporterChoice::Off(SignalOff::intended(format!("{name}=none"))),
        ["otlp"] => ExporterChoice::Otlp,
        ["console"] if signal == Signal::Traces => ExporterChoice::Console,
        several if several.contains(&"otlp") && !several.contains(&"none") => {
            env.warn(format!(
                "{name}: {list:?} names several exporters, but only one is supported; using otlp"
            ));
            ExporterChoice::Otlp
        }
        _ => ExporterChoice::Off(SignalOff::invalid(format!(
            "{name}: {list:?} is not supported, only {}",
            match signal {
                Signal::Traces => "otlp, console or none",
                Signal::Logs | Signal::Metrics => "otlp or none",
            }
        ))),
    }
}
