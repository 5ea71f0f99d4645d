//! New Relic's AI monitoring events, as log records that its ingest turns into
//! events by type. The attributes are those of its agents,
//! <https://github.com/newrelic/newrelic-python-agent>.

mod agent;
mod call_events;
mod chat;
mod completion;
mod embedding;
mod evaluation;
mod event_context;
mod search;
mod text;
mod tool;

pub(super) use self::call_events::emit_call_events;
pub(super) use self::evaluation::emit_evaluation;
