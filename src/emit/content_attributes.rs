//! The content of a finished call as span attributes.

use opentelemetry::KeyValue;

use super::attributes::Attributes;
use super::json::{documents_to_json, input_to_json, output_to_json, parts_to_json, tools_to_json};
use crate::record::content::{Capture, TruncatedText};
use crate::record::{Call, Choice, Retrieval, ToolRun};
use crate::semconv;

/// Adds the content of a call, each attribute in at most `capture.limit`
/// characters. Without content in attributes, ids and scores remain.
pub(super) fn push_content_attributes(call: &Call, capture: &Capture, attributes: &mut Attributes) {
    if let Some(retrieval) = &call.retrieval {
        push_retrieval(retrieval, capture, attributes);
    }
    if let Some(tool_run) = &call.tool_run {
        push_tool_run(tool_run, capture, attributes);
    }
    if capture.attributes {
        push_messages(call, capture.limit, attributes);
    }
}

fn push_messages(call: &Call, limit: usize, attributes: &mut Attributes) {
    if !call.input.is_empty() {
        let messages = input_to_json(&call.input, limit);
        attributes.push(semconv::INPUT_MESSAGES, messages);
    }
    let has_content = |choice: &Choice| !choice.message.parts.is_empty();
    if call.response.choices.iter().any(has_content) {
        let messages = output_to_json(&call.response.choices, limit);
        attributes.push(semconv::OUTPUT_MESSAGES, messages);
    }
    if !call.system.is_empty() {
        let system = parts_to_json(&call.system.iter(), limit);
        attributes.push(semconv::SYSTEM_INSTRUCTIONS, system);
    }
    if !call.tools.is_empty() {
        let tools = tools_to_json(&call.tools, limit);
        attributes.push(semconv::TOOL_DEFINITIONS, tools);
    }
    let variables = call.request.prompt_variables.iter().map(|(name, value)| {
        let key = format!("{}{name}", semconv::PROMPT_VARIABLE);
        KeyValue::new(key, value.truncated_to(limit).into_owned())
    });
    attributes.extend(variables);
}

fn push_retrieval(retrieval: &Retrieval, capture: &Capture, attributes: &mut Attributes) {
    attributes.push_if_some(semconv::RETRIEVAL_TOP_K, retrieval.top_k);
    let query = captured_text(retrieval.query.as_ref(), capture);
    attributes.push_if_some(semconv::RETRIEVAL_QUERY_TEXT, query);
    attributes.push_if_some(
        semconv::RETRIEVAL_DOCUMENTS_OMITTED,
        i64::try_from(retrieval.omitted)
            .ok()
            .filter(|omitted| *omitted > 0),
    );
    if !retrieval.documents.is_empty() {
        let documents = &retrieval.documents;
        let documents = documents_to_json(documents, capture.attributes, capture.limit);
        attributes.push(semconv::RETRIEVAL_DOCUMENTS, documents);
    }
}

fn push_tool_run(tool: &ToolRun, capture: &Capture, attributes: &mut Attributes) {
    attributes.push(semconv::TOOL_NAME, tool.name.clone());
    attributes.push(semconv::TOOL_TYPE, tool.kind);
    attributes.push_text(semconv::TOOL_CALL_ID, tool.id.as_deref());
    let description = captured_text(tool.description.as_ref(), capture);
    attributes.push_if_some(semconv::TOOL_DESCRIPTION, description);
    let arguments = captured_text(tool.arguments.as_ref(), capture);
    attributes.push_if_some(semconv::TOOL_CALL_ARGUMENTS, arguments);
    let result = captured_text(tool.result.as_ref(), capture);
    attributes.push_if_some(semconv::TOOL_CALL_RESULT, result);
}

/// A text in the limit of one attribute; `None` without content in attributes.
fn captured_text(text: Option<&TruncatedText>, capture: &Capture) -> Option<String> {
    let text = text.filter(|_| capture.attributes)?;
    Some(text.truncated_to(capture.limit).into_owned())
}
