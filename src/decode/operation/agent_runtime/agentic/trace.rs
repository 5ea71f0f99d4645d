//! The steps of a search that plans for itself.

use std::time::{Duration, SystemTime};

use crate::decode::operation::agent_runtime::{documents, retrieve, steps};
use crate::record::json::Json;
use crate::record::{Call, Failure, Retrieval, Step, copy_text};
use crate::semconv::AGENTIC_STEP;
use crate::semconv::operation::RETRIEVAL;

/// A `traceEvent`: a step begins, or it ends.
pub(super) fn read(event: &Json<'_>, call: &mut Call) {
    let Some(told) = event.get("attributes").filter(|it| it.is_object()) else {
        return;
    };
    let at = event.get_count("timestamp").and_then(time);
    let at = at.unwrap_or_else(SystemTime::now);
    warned(told, call);
    let (id, name) = (event.get_str("id"), told.get_str("step"));
    let Some(step) = find(call, id, name, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let status = told.get_str("status").unwrap_or_default();
    step.open = status == "IN_PROGRESS";
    searched(told, &mut step.call);
    warned(told, &mut step.call);
    said(told.get_str("message"), &mut step.call);
    if status == "FAILED" {
        // Why is said in words that may be the user's.
        let failure = told.get_array("failures").first();
        said(failure.and_then(|it| it.get_str("message")), &mut step.call);
        step.call.failure = Some(Failure::new("FAILED", None));
    }
}

/// The step that an event is of: one that has begun, or a new one. An event
/// may have an id of its own or share the step's.
fn find<'c>(
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
    let step = begun(name, call.cap());
    steps::push(call, step, id.map(str::to_owned), at)
}

fn begun(name: Option<&str>, cap: Option<usize>) -> Call {
    let is_search = name.is_some_and(|name| SEARCHES.contains(&name));
    let mut call = Call::new(is_search.then_some(RETRIEVAL), cap);
    call.extra_attributes.insert_text(AGENTIC_STEP, name);
    if is_search {
        retrieve::searched(None, &mut call);
    } else {
        call.span_name = Some(snake_case(name.unwrap_or("step")).into());
    }
    call
}

/// Where it looked, for what, and what it found.
fn searched(told: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let mut actions = told.get_array("actions").iter();
    if let Some(action) = actions.find_map(|action| action.get("retrieve")) {
        let base = action.get_array("sourceRetrievers").first();
        if let Some(base) = base.and_then(|base| base.get_str("identifier")) {
            retrieve::searched(Some(base), call);
        }
        let query = action
            .get_path(&["inputQuery", "text"])
            .and_then(Json::as_str);
        call.retrieval.get_or_insert_default().query = query.and_then(|it| copy_text(cap, it));
    }
    let results = told.get_array("retrievalResponse");
    if !results.is_empty() {
        let found: &mut Retrieval = call.retrieval.get_or_insert_default();
        for result in results {
            documents::cited(documents::document(result, cap), found);
        }
    }
}

/// What a guardrail did.
fn warned(told: &Json<'_>, call: &mut Call) {
    let warnings = told.get_array("warnings").iter();
    for warning in warnings.filter_map(|warning| warning.get("guardrail")) {
        let guardrail = &mut call.guardrail;
        guardrail.id = warning.get_string("id").or(guardrail.id.take());
        guardrail.version = warning.get_string("version").or(guardrail.version.take());
        guardrail.record_action(warning.get_str("action"));
    }
}

/// What the search says of the step in its own words, which may be the user's.
fn said(text: Option<&str>, call: &mut Call) {
    let cap = call.cap();
    let text = text.filter(|text| !text.is_empty());
    if let (Some(text), Some(choice)) = (text, call.assistant_choice()) {
        let block = i64::try_from(choice.message.parts.len()).unwrap_or(i64::MAX);
        choice.push_text(cap, block, text);
    }
}

/// A moment since 1970, in seconds or in thousandths of them: the service's
/// model does not say which. In seconds, the smallest number that is taken for
/// thousandths would be in the year 5138.
fn time(number: i64) -> Option<SystemTime> {
    let number = u64::try_from(number).ok()?;
    let since = if number < 100_000_000_000 {
        Duration::from_secs(number)
    } else {
        Duration::from_millis(number)
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// `FullDocumentExpansion`, written as names of spans are.
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

/// Steps that look something up.
const SEARCHES: &[&str] = &["Retrieval", "SpeculativeRetrieval"];

/// Characters of a step's name.
const MAX_NAME: usize = 64;
