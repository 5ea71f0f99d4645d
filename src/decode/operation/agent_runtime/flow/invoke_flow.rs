//! The operation's table entry: inputs, outputs, completion.

use super::document::{MAX_FIELDS, copy_document};
use super::trace;
use crate::decode::operation::agent_runtime::text::get_text;
use crate::decode::operation::member_id::last_segment;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::record::json::Json;
use crate::record::{Call, Message, Part};
use crate::semconv::operation::INVOKE_WORKFLOW;
use crate::semconv::{FLOW_ALIAS_ID, FLOW_EXECUTION_ID, FLOW_ID};

pub(in crate::decode::operation::agent_runtime) static OPERATIONS: Table = operations! {
    agent_runtime;
    invoke_flow(InvokeFlowInput, InvokeFlowError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_ID = execution_id,
        ]
        |input, call| {
            let flow = input.flow_identifier.as_deref();
            set_span_name(INVOKE_WORKFLOW, flow.map(last_segment), call);
            let performance = input.model_performance_configuration.as_ref();
            let performance = performance.and_then(|it| it.performance_config.as_ref());
            call.performance_latency = performance.map(|it| it.latency.as_str().to_owned());
        }
        .name_operation(INVOKE_WORKFLOW)
        .record_request_members(&[(FLOW_EXECUTION_ID, "executionId")])
        .read_request_with(read_request)
        .read_output_with(output_ids!(
            agent_runtime,
            invoke_flow,
            InvokeFlowOutput,
            FLOW_EXECUTION_ID = execution_id
        ))
        .read_response_events(&[
            ("flowOutputEvent", push_output),
            // A flow in several turns asks for more input instead of answering.
            ("flowMultiTurnInputRequestEvent", push_output),
            ("flowCompletionEvent", read_completion),
            ("flowTraceEvent", trace::read_trace),
        ])
        .always_read(&["flowCompletionEvent", "flowTraceEvent"])
        .expect_final_event();
};

fn read_request(body: &Json<'_>, call: &mut Call) {
    let latency = [
        "modelPerformanceConfiguration",
        "performanceConfig",
        "latency",
    ];
    call.performance_latency = get_text(body, &latency).map(str::to_owned);
    let Some(cap) = call.cap() else { return };
    let inputs = body.get_array("inputs").iter().take(MAX_FIELDS);
    let inputs = inputs.filter_map(|input| copy_document(input, cap));
    let message = Message::new("user", inputs.map(Part::text).collect());
    call.input.push(message);
}

fn push_output(event: &Json<'_>, call: &mut Call) {
    let text = call.cap().and_then(|cap| copy_document(event, cap));
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    let block = i64::try_from(choice.message.parts.len()).unwrap_or(i64::MAX);
    if let Some(text) = text {
        choice.start_block(block, Part::text(text));
    }
}

fn read_completion(event: &Json<'_>, call: &mut Call) {
    if let Some(choice) = call.assistant_choice() {
        choice.stop_reason = event.get_string("completionReason");
    }
    if let Some(stream) = &mut call.stream {
        stream.completed = true;
    }
}
