//! What the nodes of a flow did, as steps.

use std::time::SystemTime;

use super::{MAX_FIELDS, document};
use crate::decode::operation::agent_runtime::{agent, steps};
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Step};
use crate::semconv::{FLOW_CONDITIONS, FLOW_NODE_NAME, REQUEST_ID, RPC_METHOD, RPC_SERVICE};

/// A `flowTraceEvent`.
pub(super) fn read(event: &Json<'_>, call: &mut Call) {
    let Some(Json::Object(members)) = event.get("trace") else {
        return;
    };
    for (kind, part) in members {
        let known = TRACES.iter().find(|(known, _)| known == kind);
        if let (Some((_, read)), Some(node)) = (known, part.get_str("nodeName")) {
            let at = steps::time(part, "timestamp").unwrap_or_else(SystemTime::now);
            read(part, node, call, at);
        }
    }
}

type Read = fn(&Json<'_>, &str, &mut Call, SystemTime);

static TRACES: &[(&str, Read)] = &[
    ("conditionNodeResultTrace", decided),
    ("nodeActionTrace", called),
    ("nodeDependencyTrace", depended),
    ("nodeInputTrace", began),
    ("nodeOutputTrace", ended),
];

fn began(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    if let Some(step) = begin(node, call, at) {
        let parts = fields(part, "nodeInputName", step.call.cap());
        let message = (!parts.is_empty()).then(|| Message::new("user", parts));
        step.call.input.extend(message);
    }
}

fn ended(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = open(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    step.open = false;
    let parts = fields(part, "nodeOutputName", step.call.cap());
    if let Some(choice) = step.call.assistant_choice().filter(|_| !parts.is_empty()) {
        choice.message.parts.extend(parts);
    }
}

/// The conditions that a node found satisfied: the flow goes on from there.
fn decided(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = open(node, call, at) else {
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

/// A call that a node made. Its trace tells of one moment only.
fn called(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = open(node, call, at) else {
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
    action.extra_attributes.insert_text(RPC_SERVICE, service);
    action.extra_attributes.insert_text(RPC_METHOD, operation);
    action
        .extra_attributes
        .insert_text(REQUEST_ID, part.get_str("requestId"));
    if let Some(cap) = action.cap() {
        let json = |key| Some(Part::text(part.get(key)?.to_truncated_text(cap)));
        let request = json("operationRequest").map(|part| Message::new("user", vec![part]));
        action.input.extend(request);
        let response = json("operationResponse");
        if let Some(choice) = action.assistant_choice().filter(|_| response.is_some()) {
            choice.message.parts.extend(response);
        }
    }
    steps::push(&mut step.call, action, None, at);
}

/// The trace of an agent that a node called: a tree below the node.
fn depended(part: &Json<'_>, node: &str, call: &mut Call, at: SystemTime) {
    let Some(step) = open(node, call, at) else {
        return;
    };
    step.ended = step.ended.max(at);
    let traces = part.get_path(&["traceElements", "agentTraces"]);
    for trace in traces.map_or(&[][..], Json::as_slice) {
        agent::trace::read(trace, &mut step.call);
    }
}

fn begin<'c>(node: &str, call: &'c mut Call, at: SystemTime) -> Option<&'c mut Step> {
    let mut step = Call::new(None, call.cap());
    step.span_name = Some(node.to_owned().into());
    step.extra_attributes.insert(FLOW_NODE_NAME, node);
    steps::push(call, step, Some(node.to_owned()), at)
}

/// The run of a node that a part of the trace is of. Of several that run at the
/// same time, the first: nothing tells them apart.
fn open<'c>(node: &str, call: &'c mut Call, at: SystemTime) -> Option<&'c mut Step> {
    let is_it = |step: &Step| step.open && step.key.as_deref() == Some(node);
    match call.steps.iter().position(is_it) {
        Some(found) => call.steps.get_mut(found),
        None => begin(node, call, at),
    }
}

/// The fields of a node, by their names where there are several.
fn fields(part: &Json<'_>, name: &str, cap: Option<usize>) -> Vec<Part> {
    let fields = part.get_array("fields");
    let fields = fields.iter().take(MAX_FIELDS).filter_map(|field| {
        let text = document(field, cap?)?;
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
