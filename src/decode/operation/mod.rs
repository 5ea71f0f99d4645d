//! The SDK operations that become spans.
//!
//! In: the SDK's typed input, output and error of one call, and its request and
//! response bodies and events as bytes. Out: a [`Call`](crate::record::Call).
//! May use `record`, `semconv`, `decode::payload` and the SDK crates; it knows
//! no span.
//!
//! Most operations are entries of a table, written with the macro `operations!`.
//! Operations that need more implement [`Operation`] themselves.

#[macro_use]
mod table_operation;

#[cfg(feature = "agent-runtime")]
mod agent_runtime;
#[cfg(feature = "agentcore")]
mod agentcore;
mod member_id;
mod operation_trait;
mod runtime;
mod service;
mod span_name;
mod table;
#[cfg(test)]
mod tests;
mod unknown;

pub(crate) use self::operation_trait::Operation;
pub(crate) use self::table::{StartedCall, start_call, start_unknown_call};
