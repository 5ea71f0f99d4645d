//! Sessions and their invocations. What a session stores is not read: the calls
//! that produced it have recorded it.

use crate::decode::operation::member_id::last_segment;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::table_operation::MemberTable;
use crate::record::Call;
use crate::semconv::{
    CONVERSATION_ID, INVOCATION_ID, INVOCATION_STEP_ID, RESULT_COUNT, SESSION_STATUS,
};

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    create_session(CreateSessionInput, CreateSessionError)
        .record_response_members(RESPONSE);
    get_session(GetSessionInput, GetSessionError)
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_response_members(RESPONSE);
    update_session(UpdateSessionInput, UpdateSessionError)
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_response_members(RESPONSE);
    end_session(EndSessionInput, EndSessionError)
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_response_members(RESPONSE);
    delete_session(DeleteSessionInput, DeleteSessionError)
        |input, call| { record_session(input.session_identifier.as_deref(), call) };
    list_sessions(ListSessionsInput, ListSessionsError)
        .record_response_members(&[(RESULT_COUNT, "sessionSummaries")]);
    create_invocation(CreateInvocationInput, CreateInvocationError)
        [INVOCATION_ID = invocation_id]
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_request_members(&[(INVOCATION_ID, "invocationId")])
        .record_response_members(RESPONSE);
    list_invocations(ListInvocationsInput, ListInvocationsError)
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_response_members(&[(RESULT_COUNT, "invocationSummaries")]);
    put_invocation_step(PutInvocationStepInput, PutInvocationStepError)
        [INVOCATION_ID = invocation_identifier, INVOCATION_STEP_ID = invocation_step_id]
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_request_members(&[
            (INVOCATION_ID, "invocationIdentifier"),
            (INVOCATION_STEP_ID, "invocationStepId"),
        ])
        .record_response_members(RESPONSE);
    get_invocation_step(GetInvocationStepInput, GetInvocationStepError)
        [INVOCATION_ID = invocation_identifier, INVOCATION_STEP_ID = invocation_step_id]
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_request_members(&[(INVOCATION_ID, "invocationIdentifier")]);
    list_invocation_steps(ListInvocationStepsInput, ListInvocationStepsError)
        [INVOCATION_ID = invocation_identifier]
        |input, call| { record_session(input.session_identifier.as_deref(), call) }
        .record_request_members(&[(INVOCATION_ID, "invocationIdentifier")])
        .record_response_members(&[(RESULT_COUNT, "invocationStepSummaries")]);
};

/// Each response has some of these.
const RESPONSE: MemberTable = &[
    (CONVERSATION_ID, "sessionId"),
    (INVOCATION_ID, "invocationId"),
    (INVOCATION_STEP_ID, "invocationStepId"),
    (SESSION_STATUS, "sessionStatus"),
];

/// Records the id of a session, which the caller may name by its ARN.
fn record_session(identifier: Option<&str>, call: &mut Call) {
    let id = identifier.map(last_segment);
    call.extra_attributes.insert_text(CONVERSATION_ID, id);
}
