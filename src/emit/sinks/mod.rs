//! Where signals are recorded: the providers of the options, of the pipeline in the
//! subscriber, or of the process.

mod client_sinks;
mod instruments;
mod loggers;
mod meters;
mod providers;
mod scope;
mod tracers;

pub(crate) use self::client_sinks::Sinks;
pub(crate) use self::instruments::{
    InferenceInstruments, Instruments, LatestTokens, TokenInstruments,
};
pub(crate) use self::loggers::{EventOptions, Loggers, Record};
pub(crate) use self::meters::MeterOptions;
pub(crate) use self::providers::Providers;
#[cfg(feature = "telemetry")]
pub(crate) use self::providers::ProvidersLayer;
#[cfg(feature = "telemetry")]
pub(crate) use self::scope::instrumentation_scope;
pub(crate) use self::tracers::Tracers;
