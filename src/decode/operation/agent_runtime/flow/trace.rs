//! The traces of a flow's nodes, as steps.

use std::time::SystemTime;

use super::document::{MAX_FIELDS, copy_document};
use crate::decode::operation::agent_runtime::agent;
use crate::decode::operation::agent_runtime::step::{push_step, read_time};
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Step};
use crate::semconv::{FLOW_CONDITIONS, FLOW_NODE_NAME, REQUEST_ID, RPC_METHOD, RPC_SERVICE};

/// Reads a `flowTraceEvent`.
pub(super) fn read_trace(event: &Json<'_>, call: &mut Call) {
    let Some(Json::Object(members)) = event.get("trace") else {
        return;
    };
    for (kind, part) in members {
        let entry = TRACES.iter().find(|(known, _)| known == kind);
        if let (Some((_, read)), Some(node)) = (entry, part.get_str("nodeName")) {
            let at = read_time(part, "timestamp").unwrap_or_else(SystemTime::now);
            read(part, node, call, at);
        }
    }
}

type NodeReader = fn(&Json<'_>, &str, &mut Call, SystemTime);

static TRACES: &[(&str, NodeReader)] = &[
    ("conditionNodeResultTrace", read_conditions),
    ("nodeActionTrace", push_action),
    ("nodeDependencyTrace", read_agent_traces),
    ("nodeInputTrace", start_node),
    ("nodeOutputTrace", end_node),
];

fn start_node(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    if let Some(step) = push_node(node, call, at) {
        let parts = read_fields(part, "nodeInputName", step.call.cap());
        let message = (!parts.is_empty()).then(|| Message::new("user", parts));
        step.call.input.extend(message);
    }
}

fn end_node(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = find_or_push_node(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    step.open = false;
    let parts = read_fields(part, "nodeOutputName", step.call.cap());
    if let Some(choice) = step.call.assistant_choice().filter(|_| !parts.is_empty()) {
        choice.message.parts.extend(parts);
    }
}

/// Reads the satisfied conditions of a condition node.
fn read_conditions(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = find_or_push_node(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let conditions = part
        .get_array("satisfiedConditions")
        .iter()
        .take(MAX_FIELDS);
    let names = conditions.filter_map(|condition| condition.get_string("conditionName"));
    step.call
        .extra_attributes
        .insert(FLOW_CONDITIONS, names.collect::<Vec<_>>());
}

/// Adds an API call of a node. Its trace has a single timestamp.
fn push_action(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = find_or_push_node(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let (service, operation) = (part.get_str("serviceName"), part.get_str("operationName"));
    let mut action = Call::new(None, step.call.cap());
    let names: Vec<_> = [service, operation].into_iter().flatten().collect();
    action.span_name = Some(match names.as_slice() {
        [] => "action".into(),
        names => names.join(".").into(),
    });
    let extra = &mut action.extra_attributes;
    extra.insert_text(RPC_SERVICE, service);
    extra.insert_text(RPC_METHOD, operation);
    extra.insert_text(REQUEST_ID, part.get_str("requestId"));
    if let Some(cap) = action.cap() {
        let json = |key| Some(Part::text(part.get(key)?.to_truncated_text(cap)));
        let request = json("operationRequest").map(|part| Message::new("user", vec![part]));
        action.input.extend(request);
        let response = json("operationResponse");
        if let Some(choice) = action.assistant_choice().filter(|_| response.is_some()) {
            choice.message.parts.extend(response);
        }
    }
    push_step(&mut step.call, action, None, at);
}

/// Reads the trace of an agent that a node invoked, as a tree below the node.
fn read_agent_traces(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = find_or_push_node(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let traces = part.get_path(&["traceElements", "agentTraces"]);
    for trace in traces.map_or(&[][..], Json::as_slice) {
        agent::trace::read_trace(trace, &mut step.call);
    }
}

fn push_node<'c>(node: &str, call: &'c mut Call, at: SystemTime) -> Option<&'c mut Step> {
    let mut step = Call::new(None, call.cap());
    step.span_name = Some(node.to_owned().into());
    step.extra_attributes.insert(FLOW_NODE_NAME, node);
    push_step(call, step, Some(node.to_owned()), at)
}

/// The open run of a node. Of parallel runs of the same node the first: nothing
/// in the trace distinguishes them.
fn find_or_push_node<'c>(node: &str, call: &'c mut Call, at: SystemTime) -> Option<&'c mut Step> {
    let is_run = |step: &Step| step.open && step.key.as_deref() == Some(node);
    match call.steps.iter().position(is_run) {
        Some(index) => call.steps.get_mut(index),
        None => push_node(node, call, at),
    }
}

/// Reads the fields of a node, with their names if there are several.
fn read_fields(part: &Json<'_>, name: &str, cap: Option<usize>) -> Vec<Part> {
    let fields = part.get_array("fields");
    let fields = fields.iter().take(MAX_FIELDS).filter_map(|field| {
        let text = copy_document(field, cap?)?;
        Some(match fields {
            [_] => Part::text(text),
            _ => Part::Other {
                kind: "field",
                name: field.get_string(name),
                text: Some(text),
            },
        })
    });
    fields.collect()
}
