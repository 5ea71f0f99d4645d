//! Code interpreters: what they run, and their sessions.

use aws_sdk_bedrockagentcore::operation::{
    get_code_interpreter_session as get, invoke_code_interpreter as invoke,
    list_code_interpreter_sessions as list, start_code_interpreter_session as start,
    stop_code_interpreter_session as stop,
};
use aws_sdk_bedrockagentcore::types::ToolName;

use super::{SERVICE, command};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Failure, TOOL_ERROR};
use crate::semconv::agentcore::{
    CODE_INTERPRETER_ID, CODE_INTERPRETER_TOOL, EXECUTION_TIME, SESSION_ID,
};
use crate::semconv::operation::EXECUTE_TOOL;

pub(super) static INVOKE_CODE_INTERPRETER: Typed<
    invoke::InvokeCodeInterpreterInput,
    invoke::InvokeCodeInterpreterError,
> = Typed::new(SERVICE, "InvokeCodeInterpreter")
    .named(EXECUTE_TOOL)
    .ids(|input: &invoke::InvokeCodeInterpreterInput, call| {
        command::runs("code_interpreter", call);
        let tool = input.name.as_ref().map(ToolName::as_str);
        call.extra_attributes
            .insert_text(CODE_INTERPRETER_TOOL, tool);
        let id = input.code_interpreter_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    })
    .sent(|body, call| {
        let arguments = body.get("arguments").zip(call.cap());
        let arguments = arguments.map(|(it, cap)| it.to_truncated_text(cap));
        call.tool_run.get_or_insert_default().arguments = arguments;
    })
    .complete(|output, call| {
        if let Some(output) = output.downcast_ref::<invoke::InvokeCodeInterpreterOutput>() {
            call.extra_attributes
                .insert_text(SESSION_ID, output.session_id.as_deref());
        }
    })
    .event(|name, event, call| {
        if name == "result" {
            result(event, call);
        }
    })
    .forwards_context();

pub(super) static GET_CODE_INTERPRETER_SESSION: Typed<
    get::GetCodeInterpreterSessionInput,
    get::GetCodeInterpreterSessionError,
> = Typed::new(SERVICE, "GetCodeInterpreterSession").ids(
    |input: &get::GetCodeInterpreterSessionInput, call| {
        let id = input.code_interpreter_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    },
);

pub(super) static LIST_CODE_INTERPRETER_SESSIONS: Typed<
    list::ListCodeInterpreterSessionsInput,
    list::ListCodeInterpreterSessionsError,
> = Typed::new(SERVICE, "ListCodeInterpreterSessions").ids(
    |input: &list::ListCodeInterpreterSessionsInput, call| {
        session(input.code_interpreter_identifier.as_deref(), None, call);
    },
);

pub(super) static START_CODE_INTERPRETER_SESSION: Typed<
    start::StartCodeInterpreterSessionInput,
    start::StartCodeInterpreterSessionError,
> = Typed::new(SERVICE, "StartCodeInterpreterSession")
    .ids(|input: &start::StartCodeInterpreterSessionInput, call| {
        session(input.code_interpreter_identifier.as_deref(), None, call);
    })
    .complete(|output, call| {
        if let Some(output) = output.downcast_ref::<start::StartCodeInterpreterSessionOutput>() {
            call.extra_attributes
                .insert_text(SESSION_ID, Some(&output.session_id));
        }
    })
    .forwards_context();

pub(super) static STOP_CODE_INTERPRETER_SESSION: Typed<
    stop::StopCodeInterpreterSessionInput,
    stop::StopCodeInterpreterSessionError,
> = Typed::new(SERVICE, "StopCodeInterpreterSession")
    .ids(|input: &stop::StopCodeInterpreterSessionInput, call| {
        let id = input.code_interpreter_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    })
    .forwards_context();

fn session(interpreter: Option<&str>, session: Option<&str>, call: &mut Call) {
    call.extra_attributes
        .insert_text(CODE_INTERPRETER_ID, interpreter);
    call.extra_attributes.insert_text(SESSION_ID, session);
}

/// What the tool says, or where it says nothing, what its process wrote.
fn result(event: &Json<'_>, call: &mut Call) {
    let structured = event.get("structuredContent");
    let contents = event.get_array("content").iter();
    let mut texts: Vec<_> = contents.filter_map(|it| it.get_str("text")).collect();
    if let (Some(process), true) = (structured, texts.is_empty()) {
        texts.extend(
            ["stdout", "stderr"]
                .iter()
                .filter_map(|key| process.get_str(key)),
        );
    }
    for text in texts {
        command::answers(text, call);
    }
    if event.get_bool("isError") == Some(true) {
        call.failure = Some(Failure::new(TOOL_ERROR, None));
    }
    if let Some(process) = structured {
        command::exited(process, call);
        call.extra_attributes
            .insert_if_some(EXECUTION_TIME, process.get_f64("executionTime"));
    }
}
