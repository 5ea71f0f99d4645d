//! The answer, and the two steps that it took: the search and the generation.
//!
//! The service tells no times of them. Of a whole answer all that is known is
//! that both lie inside the call, so both last as long as it. Of a stream a
//! little more is known: the search was over when the first word came, and the
//! words came from then on.

use std::time::SystemTime;

use super::INTERVENED;
use crate::decode::operation::agent_runtime::{documents, retrieve, steps};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Retrieval, Step};
use crate::semconv::KNOWLEDGE_BASE_ID;
use crate::semconv::operation::{CHAT, RETRIEVAL};

/// A piece of the answer, or all of it.
pub(super) fn said(text: &str, call: &mut Call) {
    push(call, text);
    let now = SystemTime::now();
    if !is_stopped(call) {
        begin(call, now);
    }
    if let Some(step) = step(call, CHAT) {
        push(&mut step.call, text);
        step.ended = now;
    }
}

/// Where the answer has what it says.
pub(super) fn cited(citation: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    for reference in citation.get_array("retrievedReferences") {
        begin(call, SystemTime::now());
        let document = documents::document(reference, cap);
        let source = document.id.clone();
        if let Some(choice) = call.assistant_choice() {
            documents::cite(choice, cap, source.as_deref());
        }
        if let Some(choice) = step(call, CHAT).and_then(|step| step.call.assistant_choice()) {
            documents::cite(choice, cap, source.as_deref());
        }
        let search = step(call, RETRIEVAL).and_then(|step| step.call.retrieval.as_mut());
        if let Some(found) = search {
            documents::cited(document, found);
        }
    }
}

/// The answer is there. The service does not say why the model stopped, only
/// whether a guardrail stopped it.
pub(super) fn completed(call: &mut Call) {
    let reason = if is_stopped(call) {
        "content_filter"
    } else {
        "stop"
    };
    if let Some(choice) = call.assistant_choice() {
        choice.inferred_reason = Some(reason);
    }
    let whole = call.stream.is_none();
    let now = SystemTime::now();
    for step in &mut call.steps {
        step.open = false;
        if whole {
            step.ended = now;
        }
    }
    if let Some(choice) = step(call, CHAT).and_then(|step| step.call.assistant_choice()) {
        choice.inferred_reason = Some(reason);
    }
}

/// A guardrail stopped the answer, or the question: then nothing was searched.
fn is_stopped(call: &Call) -> bool {
    call.guardrail.action.as_deref() == Some(INTERVENED)
}

fn push(call: &mut Call, text: &str) {
    let cap = call.cap();
    if let Some(choice) = call.assistant_choice() {
        choice.push_text(cap, 0, text);
    }
}

fn step<'c>(call: &'c mut Call, operation: &str) -> Option<&'c mut Step> {
    let is_it = |step: &&mut Step| step.call.operation == Some(operation);
    call.steps.iter_mut().find(is_it)
}

/// Makes the two steps, once the service has answered. Documents that the
/// caller sent along are not searched for.
fn begin(call: &mut Call, now: SystemTime) {
    let base = call
        .extra_attributes
        .get_text(KNOWLEDGE_BASE_ID)
        .map(str::to_owned);
    let (Some(base), true) = (base, call.steps.is_empty()) else {
        return;
    };
    let began = call.started.unwrap_or(now);
    let question = question(call).cloned();
    let mut search = Call::new(Some(RETRIEVAL), call.cap());
    retrieve::searched(Some(&base), &mut search);
    search.retrieval = Some(Retrieval {
        query: question.clone(),
        top_k: call.retrieval.as_ref().and_then(|asked| asked.top_k),
        documents: Vec::new(),
    });
    let mut generation = Call::new(Some(CHAT), call.cap());
    generation.model.clone_from(&call.model);
    generation.resolved_model.clone_from(&call.resolved_model);
    generation.request = call.request.clone();
    let question = question.map(|text| Message::new("user", vec![Part::text(text)]));
    generation.input.extend(question);
    let words_began = match call.stream {
        Some(_) => now,
        None => began,
    };
    if let Some(step) = steps::push(call, search, None, began) {
        step.ended = now;
    }
    steps::push(call, generation, None, words_began);
}

/// What the caller asked.
fn question(call: &Call) -> Option<&TruncatedText> {
    let parts = call.input.iter().flat_map(|message| &message.parts);
    let mut texts = parts.filter(|part| part.is_text());
    texts.find_map(|part| Some(part.content()?.0))
}
