//! `InvokeFlow`: what went into a flow, what came out of it, and what its
//! nodes did.

use aws_sdk_bedrockagentruntime::operation::invoke_flow::{
    InvokeFlowError, InvokeFlowInput, InvokeFlowOutput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::content::Clip;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, clip};
use crate::semconv::operation::INVOKE_WORKFLOW;
use crate::semconv::{FLOW_ALIAS_ID, FLOW_EXECUTION_ID, FLOW_ID};

mod trace;

pub(super) static INVOKE_FLOW: Typed<InvokeFlowInput, InvokeFlowError> =
    Typed::new(SERVICE, "InvokeFlow")
        .named(INVOKE_WORKFLOW)
        .ids(|input: &InvokeFlowInput, call| {
            let flow = input.flow_identifier.as_deref();
            call.name = Some(match flow {
                Some(flow) => {
                    // An ARN ends with the id.
                    let (_, id) = flow.rsplit_once('/').unwrap_or(("", flow));
                    format!("{INVOKE_WORKFLOW} {id}").into()
                }
                None => INVOKE_WORKFLOW.into(),
            });
            ids(flow, input.flow_alias_identifier.as_deref(), call);
            let execution = input.execution_id.as_deref();
            call.facts.text(FLOW_EXECUTION_ID, execution);
            let performance = input.model_performance_configuration.as_ref();
            let performance = performance.and_then(|it| it.performance_config.as_ref());
            call.performance_latency = performance.map(|it| it.latency.as_str().to_owned());
        })
        .sent(|body, call| {
            let Some(cap) = call.cap() else { return };
            let inputs = body.list("inputs").iter().take(MAX_FIELDS);
            let inputs = inputs.filter_map(|input| document(input, cap));
            let message = Message::new("user", inputs.map(Part::text).collect());
            call.input.push(message);
        })
        .complete(|output, call| {
            if let Some(output) = output.downcast_ref::<InvokeFlowOutput>() {
                let execution = output.execution_id.as_deref();
                call.facts.text(FLOW_EXECUTION_ID, execution);
            }
        })
        .event(|name, event, call| match name {
            // A flow in several turns asks where it does not answer.
            "flowOutputEvent" | "flowMultiTurnInputRequestEvent" => said(event, call),
            "flowCompletionEvent" => {
                let reason = event.owned("completionReason");
                if let Some(choice) = call.answer() {
                    choice.stop_reason = reason;
                }
                if let Some(stream) = &mut call.stream {
                    stream.completed = true;
                }
            }
            "flowTraceEvent" => trace::read(event, call),
            _ => {}
        })
        .last_word();

/// What every operation on a flow names.
pub(super) fn ids(flow: Option<&str>, alias: Option<&str>, call: &mut Call) {
    call.facts.text(FLOW_ID, flow);
    call.facts.text(FLOW_ALIAS_ID, alias);
}

fn said(event: &Json<'_>, call: &mut Call) {
    let text = call.cap().and_then(|cap| document(event, cap));
    let Some(choice) = call.answer() else { return };
    let block = i64::try_from(choice.message.parts.len()).unwrap_or(i64::MAX);
    if let Some(text) = text {
        choice.start(block, Part::text(text));
    }
}

/// What is in a field: a text as it is, anything else as JSON.
fn document(field: &Json<'_>, cap: usize) -> Option<Clip> {
    let document = field.at(&["content", "document"])?;
    match document.str() {
        Some(text) => clip(Some(cap), text),
        None => Some(document.clip(cap)),
    }
}

/// Fields that are kept of one input or output.
const MAX_FIELDS: usize = 64;
