//! Runs of flows that go on by themselves: plain spans.

use aws_sdk_bedrockagentruntime::operation::get_execution_flow_snapshot::{
    GetExecutionFlowSnapshotError, GetExecutionFlowSnapshotInput,
};
use aws_sdk_bedrockagentruntime::operation::get_flow_execution::{
    GetFlowExecutionError, GetFlowExecutionInput,
};
use aws_sdk_bedrockagentruntime::operation::list_flow_execution_events::{
    ListFlowExecutionEventsError, ListFlowExecutionEventsInput,
};
use aws_sdk_bedrockagentruntime::operation::list_flow_executions::{
    ListFlowExecutionsError, ListFlowExecutionsInput,
};
use aws_sdk_bedrockagentruntime::operation::start_flow_execution::{
    StartFlowExecutionError, StartFlowExecutionInput,
};
use aws_sdk_bedrockagentruntime::operation::stop_flow_execution::{
    StopFlowExecutionError, StopFlowExecutionInput,
};

use super::{SERVICE, count, flow};
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::{FLOW_EXECUTION_ID, FLOW_EXECUTION_NAME, FLOW_EXECUTION_STATUS, FLOW_VERSION};

pub(super) static START: Typed<StartFlowExecutionInput, StartFlowExecutionError> =
    Typed::new(SERVICE, "StartFlowExecution")
        .ids(|input: &StartFlowExecutionInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
            let name = input.flow_execution_name.as_deref();
            call.extra_attributes.insert_text(FLOW_EXECUTION_NAME, name);
        })
        .answered(told);

pub(super) static GET: Typed<GetFlowExecutionInput, GetFlowExecutionError> =
    Typed::new(SERVICE, "GetFlowExecution")
        .ids(|input: &GetFlowExecutionInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
            execution(input.execution_identifier.as_deref(), call);
        })
        .answered(told);

pub(super) static STOP: Typed<StopFlowExecutionInput, StopFlowExecutionError> =
    Typed::new(SERVICE, "StopFlowExecution")
        .ids(|input: &StopFlowExecutionInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
            execution(input.execution_identifier.as_deref(), call);
        })
        .answered(told);

pub(super) static SNAPSHOT: Typed<GetExecutionFlowSnapshotInput, GetExecutionFlowSnapshotError> =
    Typed::new(SERVICE, "GetExecutionFlowSnapshot")
        .ids(|input: &GetExecutionFlowSnapshotInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
            execution(input.execution_identifier.as_deref(), call);
        })
        .answered(told);

pub(super) static LIST: Typed<ListFlowExecutionsInput, ListFlowExecutionsError> =
    Typed::new(SERVICE, "ListFlowExecutions")
        .ids(|input: &ListFlowExecutionsInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
        })
        .answered(|body, call| count(body, "flowExecutionSummaries", call));

pub(super) static EVENTS: Typed<ListFlowExecutionEventsInput, ListFlowExecutionEventsError> =
    Typed::new(SERVICE, "ListFlowExecutionEvents")
        .ids(|input: &ListFlowExecutionEventsInput, call| {
            let alias = input.flow_alias_identifier.as_deref();
            flow::ids(input.flow_identifier.as_deref(), alias, call);
            execution(input.execution_identifier.as_deref(), call);
        })
        .answered(|body, call| count(body, "flowExecutionEvents", call));

fn execution(id: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(FLOW_EXECUTION_ID, id);
}

/// What the answers say of a run. The ARN is what its id ends.
fn told(body: &Json<'_>, call: &mut Call) {
    let arn = body.get_str("executionArn");
    let id = arn.and_then(|arn| arn.rsplit_once('/')).map(|(_, id)| id);
    execution(id.or(arn), call);
    call.extra_attributes
        .insert_text(FLOW_EXECUTION_STATUS, body.get_str("status"));
    call.extra_attributes
        .insert_text(FLOW_VERSION, body.get_str("flowVersion"));
}
