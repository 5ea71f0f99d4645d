//! The content of a finished retrieval or tool run as a span event, with the names of
//! its attributes. Messages have events of their own.

use std::time::SystemTime;

use opentelemetry::trace::SpanRef;

use super::attributes::Attributes;
use super::json::documents_to_json;
use crate::record::content::TruncatedText;
use crate::record::{Call, Retrieval, ToolRun};
use crate::semconv;
use crate::semconv::event;

/// Adds the event of a retrieval and of a tool run, unless they have no content.
pub(super) fn add_content_events(span: &SpanRef<'_>, call: &Call, limit: usize, end: SystemTime) {
    let events = [
        (
            event::RETRIEVAL_DETAILS,
            call.retrieval.as_ref().and_then(|it| retrieval(it, limit)),
        ),
        (
            event::EXECUTE_TOOL_DETAILS,
            call.tool_run.as_ref().and_then(|it| tool_run(it, limit)),
        ),
    ];
    for (name, event) in events {
        if let Some(event) = event {
            span.add_event_with_timestamp(name, end, event.into_inner());
        }
    }
}

fn retrieval(retrieval: &Retrieval, limit: usize) -> Option<Attributes> {
    let documents = &retrieval.documents;
    let has_passages = documents.iter().any(|it| it.content.is_some());
    if retrieval.query.is_none() && !has_passages {
        return None;
    }
    let mut event = Attributes::with_capacity(2);
    push_text(
        semconv::RETRIEVAL_QUERY_TEXT,
        retrieval.query.as_ref(),
        limit,
        &mut event,
    );
    if !documents.is_empty() {
        let documents = documents_to_json(documents, true, limit);
        event.push(semconv::RETRIEVAL_DOCUMENTS, documents);
    }
    Some(event)
}

fn tool_run(tool: &ToolRun, limit: usize) -> Option<Attributes> {
    let texts = [
        (semconv::TOOL_DESCRIPTION, &tool.description),
        (semconv::TOOL_CALL_ARGUMENTS, &tool.arguments),
        (semconv::TOOL_CALL_RESULT, &tool.result),
    ];
    if texts.iter().all(|(_, text)| text.is_none()) {
        return None;
    }
    let mut event = Attributes::with_capacity(texts.len());
    for (name, text) in texts {
        push_text(name, text.as_ref(), limit, &mut event);
    }
    Some(event)
}

fn push_text(
    name: &'static str,
    text: Option<&TruncatedText>,
    limit: usize,
    event: &mut Attributes,
) {
    let text = text.map(|it| it.truncated_to(limit).into_owned());
    event.push_if_some(name, text);
}
