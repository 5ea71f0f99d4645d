//! The steps of a search that plans its own steps.

use std::time::{Duration, SystemTime};

use crate::decode::operation::agent_runtime::documents::{push_cited_document, read_document};
use crate::decode::operation::agent_runtime::knowledge_base::name_search;
use crate::decode::operation::agent_runtime::step::push_step;
use crate::decode::operation::agent_runtime::text::{get_text, push_answer_block};
use crate::record::json::Json;
use crate::record::{Call, Failure, Step, copy_text};
use crate::semconv::AGENTIC_STEP;
use crate::semconv::operation::RETRIEVAL;

/// Reads a `traceEvent`, which starts, updates or ends a step.
pub(super) fn read_trace(event: &Json<'_>, call: &mut Call) {
    let Some(attributes) = event.get("attributes").filter(|it| it.is_object()) else {
        return;
    };
    let at = event.get_count("timestamp").and_then(convert_timestamp);
    let at = at.unwrap_or_else(SystemTime::now);
    read_warnings(attributes, call);
    let (id, name) = (event.get_str("id"), attributes.get_str("step"));
    let Some(step) = find_or_push_step(call, id, name, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let status = attributes.get_str("status").unwrap_or_default();
    step.open = status == "IN_PROGRESS";
    read_search(attributes, &mut step.call);
    read_warnings(attributes, &mut step.call);
    push_message(Some(attributes), &mut step.call);
    if status == "FAILED" {
        // The message is content: it may quote the user.
        push_message(attributes.get_array("failures").first(), &mut step.call);
        step.call.failure = Some(Failure::new("FAILED", None));
    }
}

/// The step that an event belongs to. Events have an id of their own or that of
/// the step.
fn find_or_push_step<'c>(
    call: &'c mut Call,
    id: Option<&str>,
    name: Option<&str>,
    at: SystemTime,
) -> Option<&'c mut Step> {
    let same_id = |step: &Step| step.open && id.is_some() && step.key.as_deref() == id;
    let same_name =
        |step: &Step| step.open && step.call.extra_attributes.get_text(AGENTIC_STEP) == name;
    let steps = &call.steps;
    let found = steps.iter().position(same_id);
    if let Some(found) = found.or_else(|| steps.iter().position(same_name)) {
        return call.steps.get_mut(found);
    }
    let step = make_step(name, call.cap());
    push_step(call, step, id.map(str::to_owned), at)
}

fn make_step(name: Option<&str>, cap: Option<usize>) -> Call {
    let is_search = name.is_some_and(|name| SEARCHES.contains(&name));
    let mut call = Call::new(is_search.then_some(RETRIEVAL), cap);
    call.extra_attributes.insert_text(AGENTIC_STEP, name);
    if is_search {
        name_search(None, &mut call);
    } else {
        call.span_name = Some(snake_case(name.unwrap_or("step")).into());
    }
    call
}

/// Reads the knowledge base, the query and the results of a search.
fn read_search(attributes: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let mut actions = attributes.get_array("actions").iter();
    if let Some(action) = actions.find_map(|action| action.get("retrieve")) {
        let base = action.get_array("sourceRetrievers").first();
        if let Some(base) = base.and_then(|base| base.get_str("identifier")) {
            name_search(Some(base), call);
        }
        let query = get_text(action, &["inputQuery", "text"]);
        call.retrieval.get_or_insert_default().query = query.and_then(|it| copy_text(cap, it));
    }
    let results = attributes.get_array("retrievalResponse");
    if !results.is_empty() {
        let retrieval = call.retrieval.get_or_insert_default();
        for result in results {
            push_cited_document(read_document(result, cap), retrieval);
        }
    }
}

/// Reads the guardrail that intervened.
fn read_warnings(attributes: &Json<'_>, call: &mut Call) {
    let warnings = attributes.get_array("warnings").iter();
    for warning in warnings.filter_map(|warning| warning.get("guardrail")) {
        let guardrail = &mut call.guardrail;
        guardrail.id = warning.get_string("id").or(guardrail.id.take());
        guardrail.version = warning.get_string("version").or(guardrail.version.take());
        guardrail.record_action(warning.get_str("action"));
    }
}

/// Adds the message of a step or a failure to the step's output.
fn push_message(source: Option<&Json<'_>>, call: &mut Call) {
    let text = source.and_then(|source| source.get_str("message"));
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        push_answer_block(text, call);
    }
}

/// Converts a Unix timestamp in seconds or milliseconds: the service's model does
/// not say which. As seconds, the smallest number that is taken for milliseconds
/// is in the year 5138.
fn convert_timestamp(number: i64) -> Option<SystemTime> {
    let number = u64::try_from(number).ok()?;
    let since = if number < 100_000_000_000 {
        Duration::from_secs(number)
    } else {
        Duration::from_millis(number)
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// Converts `FullDocumentExpansion` to the case of span names.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars().take(MAX_NAME) {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Steps that search a knowledge base.
const SEARCHES: &[&str] = &["Retrieval", "SpeculativeRetrieval"];

/// Characters that are kept of a step's name.
const MAX_NAME: usize = 64;
