//! The answer, and its two steps: the search and the generation.
//!
//! The service reports no times of the steps. In a unary call both steps last as
//! long as the call. In a stream the search ends and the generation starts with
//! the first text.

use std::time::SystemTime;

use crate::decode::operation::agent_runtime::documents::{
    cite_source, push_cited_document, read_document,
};
use crate::decode::operation::agent_runtime::knowledge_base::name_search;
use crate::decode::operation::agent_runtime::step::push_step;
use crate::decode::operation::agent_runtime::text::push_answer_text;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Retrieval, Step};
use crate::semconv::KNOWLEDGE_BASE_ID;
use crate::semconv::operation::{CHAT, RETRIEVAL};

/// Appends to the answer.
pub(super) fn push_answer(text: &str, call: &mut Call) {
    push_answer_text(0, Some(text), call);
    let now = SystemTime::now();
    if !is_blocked(call) {
        start_steps(call, now);
    }
    if let Some(step) = find_step(call, CHAT) {
        push_answer_text(0, Some(text), &mut step.call);
        step.ended = now;
    }
}

/// Adds the sources of a citation to the answer and to the search.
pub(super) fn push_citation(citation: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    for reference in citation.get_array("retrievedReferences") {
        start_steps(call, SystemTime::now());
        let document = read_document(reference, cap);
        let source = document.id.clone();
        if let Some(choice) = call.assistant_choice() {
            cite_source(choice, cap, source.as_deref());
        }
        if let Some(choice) = find_step(call, CHAT).and_then(|step| step.call.assistant_choice()) {
            cite_source(choice, cap, source.as_deref());
        }
        let search = find_step(call, RETRIEVAL);
        if let Some(retrieval) = search.and_then(|step| step.call.retrieval.as_mut()) {
            push_cited_document(document, retrieval);
        }
    }
}

/// Completes the answer. The service reports no stop reason, only whether a
/// guardrail intervened.
pub(super) fn finish_answer(call: &mut Call) {
    let reason = if is_blocked(call) {
        "content_filter"
    } else {
        "stop"
    };
    if let Some(choice) = call.assistant_choice() {
        choice.inferred_reason = Some(reason);
    }
    let is_unary = call.stream.is_none();
    let now = SystemTime::now();
    for step in &mut call.steps {
        step.open = false;
        if is_unary {
            step.ended = now;
        }
    }
    if let Some(choice) = find_step(call, CHAT).and_then(|step| step.call.assistant_choice()) {
        choice.inferred_reason = Some(reason);
    }
}

/// Whether a guardrail blocked the question or the answer.
fn is_blocked(call: &Call) -> bool {
    call.guardrail.action.as_deref() == Some("INTERVENED")
}

fn find_step<'c>(call: &'c mut Call, operation: &str) -> Option<&'c mut Step> {
    let mut steps = call.steps.iter_mut();
    steps.find(|step| step.call.operation == Some(operation))
}

/// Adds both steps once the service answers. Without a knowledge base there is no
/// search: the caller sent the documents.
fn start_steps(call: &mut Call, now: SystemTime) {
    let base = call
        .extra_attributes
        .get_text(KNOWLEDGE_BASE_ID)
        .map(str::to_owned);
    let (Some(base), true) = (base, call.steps.is_empty()) else {
        return;
    };
    let started = call.started.unwrap_or(now);
    let question = find_question(call).cloned();
    let mut search = Call::new(Some(RETRIEVAL), call.cap());
    name_search(Some(&base), &mut search);
    search.retrieval = Some(Retrieval {
        query: question.clone(),
        top_k: call
            .retrieval
            .as_ref()
            .and_then(|retrieval| retrieval.top_k),
        ..Retrieval::default()
    });
    let mut generation = Call::new(Some(CHAT), call.cap());
    generation.model.clone_from(&call.model);
    generation.resolved_model.clone_from(&call.resolved_model);
    generation.request = call.request.clone();
    let question = question.map(|text| Message::new("user", vec![Part::text(text)]));
    generation.input.extend(question);
    let generation_started = match call.stream {
        Some(_) => now,
        None => started,
    };
    if let Some(step) = push_step(call, search, None, started) {
        step.ended = now;
    }
    push_step(call, generation, None, generation_started);
}

/// The text of the caller's question.
fn find_question(call: &Call) -> Option<&TruncatedText> {
    let parts = call.input.iter().flat_map(|message| &message.parts);
    let mut texts = parts.filter(|part| part.is_text());
    texts.find_map(|part| Some(part.content()?.0))
}
