//! Environment variables that exist for each signal.

use super::environment::{
    CERTIFICATE, CLIENT_CERTIFICATE, CLIENT_KEY, COMPRESSION, HEADERS, PROTOCOL, TIMEOUT,
};
use crate::telemetry::signal::Signal;

/// The variables of one signal. Where there are two, the first one wins.
#[derive(Debug)]
pub(super) struct SignalVariables {
    pub(super) endpoint: &'static str,
    pub(super) headers: [&'static str; 2],
    pub(super) timeout: [&'static str; 2],
    pub(super) compression: [&'static str; 2],
    pub(super) protocol: [&'static str; 2],
    pub(super) certificate: [&'static str; 2],
    pub(super) client_certificate: [&'static str; 2],
    pub(super) client_key: [&'static str; 2],
    /// `none` turns the signal off.
    pub(super) exporter: &'static str,
}

pub(super) fn signal_variables(signal: Signal) -> &'static SignalVariables {
    match signal {
        Signal::Logs => &LOGS,
        Signal::Metrics => &METRICS,
        Signal::Traces => &TRACES,
    }
}

macro_rules! variables {
    ($signal:literal) => {
        SignalVariables {
            endpoint: concat!("OTEL_EXPORTER_OTLP_", $signal, "_ENDPOINT"),
            headers: [concat!("OTEL_EXPORTER_OTLP_", $signal, "_HEADERS"), HEADERS],
            timeout: [concat!("OTEL_EXPORTER_OTLP_", $signal, "_TIMEOUT"), TIMEOUT],
            compression: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_COMPRESSION"),
                COMPRESSION,
            ],
            protocol: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_PROTOCOL"),
                PROTOCOL,
            ],
            certificate: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_CERTIFICATE"),
                CERTIFICATE,
            ],
            client_certificate: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_CLIENT_CERTIFICATE"),
                CLIENT_CERTIFICATE,
            ],
            client_key: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_CLIENT_KEY"),
                CLIENT_KEY,
            ],
            exporter: concat!("OTEL_", $signal, "_EXPORTER"),
        }
    };
}

const LOGS: SignalVariables = variables!("LOGS");
const METRICS: SignalVariables = variables!("METRICS");
const TRACES: SignalVariables = variables!("TRACES");
