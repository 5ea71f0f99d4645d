//! From the wire to the record of a call. It knows no span and no OpenTelemetry.

pub(crate) mod operation;
pub(crate) mod payload;
#[cfg(test)]
pub(crate) mod random;
