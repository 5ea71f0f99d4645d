//! Guide: set-ups, one page each.
//!
//! | page | for |
//! |---|---|
//! | [`compose`] | applications with a subscriber or an OpenTelemetry set-up of their own |
//! | [`privacy`] | what leaves the process, and how to limit it |
//! | [`aws_lambda`] | functions of AWS Lambda |
//! | [`troubleshooting`] | telemetry that does not arrive, or arrives incomplete |

pub mod aws_lambda;
pub mod compose;
pub mod privacy;
pub mod troubleshooting;
