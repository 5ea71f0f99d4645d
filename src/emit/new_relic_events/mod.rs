//! New Relic's own events of a finished call, as log records that its ingest
//! turns into events by their type. Attribute by attribute they are what its
//! agents send, <https://github.com/newrelic/newrelic-python-agent>.

mod agent;
mod chat;
mod completion;
mod embedding;
mod record;
mod search;
mod text;
mod tool;

use std::time::SystemTime;

use opentelemetry::trace::SpanContext;

use self::record::EventContext;
pub(super) use self::record::{Attributes, new_id};
use super::EmitContext;
use crate::record::Call;
use crate::semconv::operation;

/// Emits the events of one call, or of one step of it. Whether the trace is
/// sampled plays no part, as with New Relic's agents.
pub(super) fn emit(
    call: &Call,
    emit_context: &EmitContext,
    span: &SpanContext,
    (started, ended): (SystemTime, SystemTime),
) {
    let Some(loggers) = emit_context.settings.loggers() else {
        return;
    };
    let event_context = EventContext {
        call,
        settings: &emit_context.settings,
        inherited: &emit_context.inherited,
        span,
        started,
        ended,
        loggers,
    };
    if call.retrieval.is_some() {
        search::emit(&event_context);
    }
    if call.tool_run.is_some() {
        tool::emit(&event_context);
    }
    match (call.operation, &call.span_name) {
        (Some(operation::CHAT | operation::GENERATE_CONTENT | operation::TEXT_COMPLETION), _)
        | (None, None) => {
            let id = chat::emit(&event_context, false);
            completion::emit(&event_context, id);
        }
        (Some(operation::EMBEDDINGS), _) => embedding::emit(&event_context),
        (Some(operation::INVOKE_AGENT), _) => agent::emit(&event_context),
        _ => {}
    }
}
