//! The events of one call, by operation.

use std::time::SystemTime;

use opentelemetry::trace::SpanContext;

use super::agent::emit_agent;
use super::chat::emit_chat;
use super::completion::emit_completion;
use super::embedding::emit_embedding;
use super::event_context::EventContext;
use super::search::emit_search;
use super::tool::emit_tool;
use crate::emit::emit_context::EmitContext;
use crate::emit::operation::{is_inference, resolve_operation};
use crate::record::Call;
use crate::semconv::operation;

/// Emits the events of one call or step, whether or not the trace is sampled, as
/// New Relic's agents do.
pub(in crate::emit) fn emit_call_events(
    call: &Call,
    emit_context: &EmitContext,
    span: &SpanContext,
    (started, ended): (SystemTime, SystemTime),
) {
    let Some(loggers) = emit_context.loggers() else {
        return;
    };
    let event_context = EventContext {
        call,
        settings: &emit_context.settings,
        limit: emit_context.capture.limit,
        inherited: &emit_context.inherited,
        span,
        started,
        ended,
        loggers,
    };
    if let Some(retrieval) = &call.retrieval {
        emit_search(&event_context, retrieval);
    }
    if let Some(tool_run) = &call.tool_run {
        emit_tool(&event_context, tool_run);
    }
    match resolve_operation(call) {
        _ if is_inference(call) => {
            let id = emit_chat(&event_context, false);
            emit_completion(&event_context, id);
        }
        Some(operation::EMBEDDINGS) => emit_embedding(&event_context),
        Some(operation::INVOKE_AGENT) => emit_agent(&event_context),
        _ => {}
    }
}
