//! Where signals go: the providers of the process, or those of the options.

pub(crate) mod instruments;
pub(crate) mod loggers;
pub(crate) mod meters;
pub(crate) mod tracers;

pub(crate) use self::instruments::{Inference, Instruments, LatestTokens, Tokens};
pub(crate) use self::loggers::{Loggers, Record};
