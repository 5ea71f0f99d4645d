//! Every attribute, event, metric and value name that the crate emits, one file
//! per source.
//!
//! The constants of the crate `opentelemetry-semantic-conventions` are not used:
//! all of them are deprecated since GenAI moved to a repository of its own.

#![cfg_attr(
    not(all(feature = "agent-runtime", feature = "agentcore")),
    expect(dead_code, reason = "names that only a feature emits")
)]

mod aws;
#[cfg(feature = "telemetry")]
pub(crate) mod faas;
mod gen_ai;
mod general;
pub(crate) mod metrics;
pub(crate) mod new_relic;
#[cfg(feature = "telemetry")]
pub(crate) mod pipeline;
#[cfg(feature = "telemetry")]
pub(crate) mod resource;

pub(crate) use self::aws::*;
pub(crate) use self::gen_ai::*;
pub(crate) use self::general::*;
