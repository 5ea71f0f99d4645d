//! `InvokeFlow`: what went into a flow, what came out of it, and what its
//! nodes did.

use aws_sdk_bedrockagentruntime::operation::invoke_flow::{
    InvokeFlowError, InvokeFlowInput, InvokeFlowOutput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};
use crate::semconv::operation::INVOKE_WORKFLOW;
use crate::semconv::{FLOW_ALIAS_ID, FLOW_EXECUTION_ID, FLOW_ID};

mod trace;

pub(super) static INVOKE_FLOW: Typed<InvokeFlowInput, InvokeFlowError> =
    Typed::new(SERVICE, "InvokeFlow")
        .named(INVOKE_WORKFLOW)
        .ids(|input: &InvokeFlowInput, call| {
            let flow = input.flow_identifier.as_deref();
            call.span_name = Some(match flow {
                Some(flow) => {
                    // An ARN ends with the id.
                    let (_, id) = flow.rsplit_once('/').unwrap_or(("", flow));
                    format!("{INVOKE_WORKFLOW} {id}").into()
                }
                None => INVOKE_WORKFLOW.into(),
            });
            ids(flow, input.flow_alias_identifier.as_deref(), call);
            let execution = input.execution_id.as_deref();
            call.extra_attributes
                .insert_text(FLOW_EXECUTION_ID, execution);
            let performance = input.model_performance_configuration.as_ref();
            let performance = performance.and_then(|it| it.performance_config.as_ref());
            call.performance_latency = performance.map(|it| it.latency.as_str().to_owned());
        })
        .sent(|body, call| {
            let Some(cap) = call.cap() else { return };
            let inputs = body.get_array("inputs").iter().take(MAX_FIELDS);
            let inputs = inputs.filter_map(|input| document(input, cap));
            let message = Message::new("user", inputs.map(Part::text).collect());
            call.input.push(message);
        })
        .complete(|output, call| {
            if let Some(output) = output.downcast_ref::<InvokeFlowOutput>() {
                let execution = output.execution_id.as_deref();
                call.extra_attributes
                    .insert_text(FLOW_EXECUTION_ID, execution);
            }
        })
        .event(|name, event, call| match name {
            // A flow in several turns asks where it does not answer.
            "flowOutputEvent" | "flowMultiTurnInputRequestEvent" => said(event, call),
            "flowCompletionEvent" => {
                let reason = event.get_string("completionReason");
                if let Some(choice) = call.assistant_choice() {
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
    call.extra_attributes.insert_text(FLOW_ID, flow);
    call.extra_attributes.insert_text(FLOW_ALIAS_ID, alias);
}

fn said(event: &Json<'_>, call: &mut Call) {
    let text = call.cap().and_then(|cap| document(event, cap));
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    let block = i64::try_from(choice.message.parts.len()).unwrap_or(i64::MAX);
    if let Some(text) = text {
        choice.start_block(block, Part::text(text));
    }
}

/// What is in a field: a text as it is, anything else as JSON.
fn document(field: &Json<'_>, cap: usize) -> Option<TruncatedText> {
    let document = field.get_path(&["content", "document"])?;
    match document.as_str() {
        Some(text) => copy_text(Some(cap), text),
        None => Some(document.to_truncated_text(cap)),
    }
}

/// Fields that are kept of one input or output.
const MAX_FIELDS: usize = 64;
