//! Sessions and the invocations in them: plain spans. What is kept in a
//! session is told by the calls that made it, not by those that store it.

use aws_sdk_bedrockagentruntime::operation::create_invocation::{
    CreateInvocationError, CreateInvocationInput,
};
use aws_sdk_bedrockagentruntime::operation::create_session::{
    CreateSessionError, CreateSessionInput,
};
use aws_sdk_bedrockagentruntime::operation::delete_session::{
    DeleteSessionError, DeleteSessionInput,
};
use aws_sdk_bedrockagentruntime::operation::end_session::{EndSessionError, EndSessionInput};
use aws_sdk_bedrockagentruntime::operation::get_invocation_step::{
    GetInvocationStepError, GetInvocationStepInput,
};
use aws_sdk_bedrockagentruntime::operation::get_session::{GetSessionError, GetSessionInput};
use aws_sdk_bedrockagentruntime::operation::list_invocation_steps::{
    ListInvocationStepsError, ListInvocationStepsInput,
};
use aws_sdk_bedrockagentruntime::operation::list_invocations::{
    ListInvocationsError, ListInvocationsInput,
};
use aws_sdk_bedrockagentruntime::operation::list_sessions::{ListSessionsError, ListSessionsInput};
use aws_sdk_bedrockagentruntime::operation::put_invocation_step::{
    PutInvocationStepError, PutInvocationStepInput,
};
use aws_sdk_bedrockagentruntime::operation::update_session::{
    UpdateSessionError, UpdateSessionInput,
};

use super::{SERVICE, count};
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::{CONVERSATION_ID, INVOCATION_ID, INVOCATION_STEP_ID, SESSION_STATUS};

pub(super) static CREATE: Typed<CreateSessionInput, CreateSessionError> =
    Typed::new(SERVICE, "CreateSession").answered(told);

pub(super) static GET: Typed<GetSessionInput, GetSessionError> = Typed::new(SERVICE, "GetSession")
    .ids(|input: &GetSessionInput, call| session(input.session_identifier.as_deref(), call))
    .answered(told);

pub(super) static UPDATE: Typed<UpdateSessionInput, UpdateSessionError> =
    Typed::new(SERVICE, "UpdateSession")
        .ids(|input: &UpdateSessionInput, call| session(input.session_identifier.as_deref(), call))
        .answered(told);

pub(super) static END: Typed<EndSessionInput, EndSessionError> = Typed::new(SERVICE, "EndSession")
    .ids(|input: &EndSessionInput, call| session(input.session_identifier.as_deref(), call))
    .answered(told);

pub(super) static DELETE: Typed<DeleteSessionInput, DeleteSessionError> =
    Typed::new(SERVICE, "DeleteSession")
        .ids(|input: &DeleteSessionInput, call| session(input.session_identifier.as_deref(), call));

pub(super) static LIST: Typed<ListSessionsInput, ListSessionsError> =
    Typed::new(SERVICE, "ListSessions")
        .answered(|body, call| count(body, "sessionSummaries", call));

pub(super) static CREATE_INVOCATION: Typed<CreateInvocationInput, CreateInvocationError> =
    Typed::new(SERVICE, "CreateInvocation")
        .ids(|input: &CreateInvocationInput, call| {
            session(input.session_identifier.as_deref(), call);
            invocation(input.invocation_id.as_deref(), call);
        })
        .answered(told);

pub(super) static LIST_INVOCATIONS: Typed<ListInvocationsInput, ListInvocationsError> =
    Typed::new(SERVICE, "ListInvocations")
        .ids(|input: &ListInvocationsInput, call| {
            session(input.session_identifier.as_deref(), call);
        })
        .answered(|body, call| count(body, "invocationSummaries", call));

pub(super) static PUT_STEP: Typed<PutInvocationStepInput, PutInvocationStepError> =
    Typed::new(SERVICE, "PutInvocationStep")
        .ids(|input: &PutInvocationStepInput, call| {
            session(input.session_identifier.as_deref(), call);
            invocation(input.invocation_identifier.as_deref(), call);
            step(input.invocation_step_id.as_deref(), call);
        })
        .answered(told);

pub(super) static GET_STEP: Typed<GetInvocationStepInput, GetInvocationStepError> =
    Typed::new(SERVICE, "GetInvocationStep").ids(|input: &GetInvocationStepInput, call| {
        session(input.session_identifier.as_deref(), call);
        invocation(input.invocation_identifier.as_deref(), call);
        step(input.invocation_step_id.as_deref(), call);
    });

pub(super) static LIST_STEPS: Typed<ListInvocationStepsInput, ListInvocationStepsError> =
    Typed::new(SERVICE, "ListInvocationSteps")
        .ids(|input: &ListInvocationStepsInput, call| {
            session(input.session_identifier.as_deref(), call);
            invocation(input.invocation_identifier.as_deref(), call);
        })
        .answered(|body, call| count(body, "invocationStepSummaries", call));

/// An id, or an ARN, which ends with it.
fn session(identifier: Option<&str>, call: &mut Call) {
    let id = identifier.map(|it| it.rsplit_once('/').map_or(it, |(_, id)| id));
    call.extra_attributes.insert_text(CONVERSATION_ID, id);
}

fn invocation(id: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(INVOCATION_ID, id);
}

fn step(id: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(INVOCATION_STEP_ID, id);
}

fn told(body: &Json<'_>, call: &mut Call) {
    session(body.get_str("sessionId"), call);
    invocation(body.get_str("invocationId"), call);
    step(body.get_str("invocationStepId"), call);
    call.extra_attributes
        .insert_text(SESSION_STATUS, body.get_str("sessionStatus"));
}
