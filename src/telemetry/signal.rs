//! The kinds of telemetry that are sent.

/// A kind of telemetry, with a path of its own at the receiver.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signal {
    Logs,
    Metrics,
    Traces,
}

impl Signal {
    pub(super) const ALL: [Self; 3] = [Self::Logs, Self::Metrics, Self::Traces];

    /// The path that OTLP adds to a base URL.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Logs => "/v1/logs",
            Self::Metrics => "/v1/metrics",
            Self::Traces => "/v1/traces",
        }
    }

    /// What is counted, for people.
    pub(super) fn items(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Logs, 1) => "log record",
            (Self::Logs, _) => "log records",
            (Self::Metrics, 1) => "metric point",
            (Self::Metrics, _) => "metric points",
            (Self::Traces, 1) => "span",
            (Self::Traces, _) => "spans",
        }
    }

    /// Each variable for this signal alone, before the one for all of them.
    pub(super) fn variables(self) -> &'static Variables {
        match self {
            Self::Logs => &LOGS,
            Self::Metrics => &METRICS,
            Self::Traces => &TRACES,
        }
    }
}

/// The environment's variables for one signal.
#[derive(Debug)]
pub(super) struct Variables {
    pub(super) endpoint: &'static str,
    pub(super) headers: [&'static str; 2],
    pub(super) timeout: [&'static str; 2],
    pub(super) compression: [&'static str; 2],
    pub(super) protocol: [&'static str; 2],
    /// `none` turns the signal off.
    pub(super) exporter: &'static str,
}

macro_rules! variables {
    ($signal:literal) => {
        Variables {
            endpoint: concat!("OTEL_EXPORTER_OTLP_", $signal, "_ENDPOINT"),
            headers: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_HEADERS"),
                "OTEL_EXPORTER_OTLP_HEADERS",
            ],
            timeout: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_TIMEOUT"),
                "OTEL_EXPORTER_OTLP_TIMEOUT",
            ],
            compression: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_COMPRESSION"),
                "OTEL_EXPORTER_OTLP_COMPRESSION",
            ],
            protocol: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_PROTOCOL"),
                "OTEL_EXPORTER_OTLP_PROTOCOL",
            ],
            exporter: concat!("OTEL_", $signal, "_EXPORTER"),
        }
    };
}

const LOGS: Variables = variables!("LOGS");
const METRICS: Variables = variables!("METRICS");
const TRACES: Variables = variables!("TRACES");
