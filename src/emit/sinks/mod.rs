//! Where signals are recorded: the providers of the process or of the options.

mod client_sinks;
mod instruments;
mod loggers;
mod meters;
mod scope;
mod tracers;

pub(crate) use self::client_sinks::Sinks;
pub(crate) use self::instruments::{
    InferenceInstruments, Instruments, LatestTokens, TokenInstruments,
};
pub(crate) use self::loggers::{EventOptions, Loggers, Record};
pub(crate) use self::meters::MeterOptions;
#[cfg(feature = "telemetry")]
pub(crate) use self::scope::instrumentation_scope;
pub(crate) use self::tracers::Tracers;
