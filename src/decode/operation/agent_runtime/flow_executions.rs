//! Asynchronous executions of flows.

use crate::decode::operation::member_id::last_segment;
use crate::decode::operation::operation_trait::Table;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::{
    FLOW_ALIAS_ID, FLOW_EXECUTION_ID, FLOW_EXECUTION_NAME, FLOW_EXECUTION_STATUS, FLOW_ID,
    FLOW_VERSION, RESULT_COUNT,
};

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    start_flow_execution(StartFlowExecutionInput, StartFlowExecutionError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_NAME = flow_execution_name,
        ]
        .record_request_members(&[(FLOW_EXECUTION_NAME, "flowExecutionName")])
        .read_response_with(read_execution);
    get_flow_execution(GetFlowExecutionInput, GetFlowExecutionError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_ID = execution_identifier,
        ]
        .read_response_with(read_execution);
    stop_flow_execution(StopFlowExecutionInput, StopFlowExecutionError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_ID = execution_identifier,
        ]
        .read_response_with(read_execution);
    get_execution_flow_snapshot(GetExecutionFlowSnapshotInput, GetExecutionFlowSnapshotError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_ID = execution_identifier,
        ]
        .read_response_with(read_execution);
    list_flow_executions(ListFlowExecutionsInput, ListFlowExecutionsError)
        [FLOW_ID = flow_identifier, FLOW_ALIAS_ID = flow_alias_identifier]
        .record_response_members(&[(RESULT_COUNT, "flowExecutionSummaries")]);
    list_flow_execution_events(ListFlowExecutionEventsInput, ListFlowExecutionEventsError)
        [
            FLOW_ID = flow_identifier,
            FLOW_ALIAS_ID = flow_alias_identifier,
            FLOW_EXECUTION_ID = execution_identifier,
        ]
        .record_response_members(&[(RESULT_COUNT, "flowExecutionEvents")]);
};

fn read_execution(body: &Json<'_>, call: &mut Call) {
    let id = body.get_str("executionArn").map(last_segment);
    let extra = &mut call.extra_attributes;
    extra.insert_text(FLOW_EXECUTION_ID, id);
    extra.insert_text(FLOW_EXECUTION_STATUS, body.get_str("status"));
    extra.insert_text(FLOW_VERSION, body.get_str("flowVersion"));
}
