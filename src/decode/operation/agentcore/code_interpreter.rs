//! Code interpreters: their runs and sessions.

use super::tool_run;
use crate::decode::operation::operation_trait::Table;
use crate::record::json::Json;
use crate::record::{Call, base64_len};
use crate::semconv::agentcore::{
    CODE_INTERPRETER_ID, CODE_INTERPRETER_TOOL, EXECUTION_TIME, SESSION_ID,
};
use crate::semconv::operation::EXECUTE_TOOL;

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    invoke_code_interpreter(InvokeCodeInterpreterInput, InvokeCodeInterpreterError)
        [
            CODE_INTERPRETER_ID = code_interpreter_identifier,
            SESSION_ID = session_id,
            CODE_INTERPRETER_TOOL = name,
        ]
        |_input, call| { tool_run::start_tool_run("code_interpreter", call) }
        .name_operation(EXECUTE_TOOL)
        .record_request_members(&[(CODE_INTERPRETER_TOOL, "name")])
        .read_request_with(|body, call| {
            let arguments = body.get("arguments").filter(|_| call.cap().is_some());
            let arguments = arguments.map(replace_files_by_size);
            tool_run::record_arguments(arguments.as_ref(), call);
        })
        .read_output_with(output_ids!(
            agentcore,
            invoke_code_interpreter,
            InvokeCodeInterpreterOutput,
            SESSION_ID = session_id
        ))
        .read_response_events(&[("result", read_result)])
        .forward_context();
    get_code_interpreter_session(GetCodeInterpreterSessionInput, GetCodeInterpreterSessionError)
        [CODE_INTERPRETER_ID = code_interpreter_identifier, SESSION_ID = session_id];
    list_code_interpreter_sessions(
        ListCodeInterpreterSessionsInput, ListCodeInterpreterSessionsError
    )
        [CODE_INTERPRETER_ID = code_interpreter_identifier];
    start_code_interpreter_session(
        StartCodeInterpreterSessionInput, StartCodeInterpreterSessionError
    )
        [CODE_INTERPRETER_ID = code_interpreter_identifier]
        .record_response_members(&[(SESSION_ID, "sessionId")])
        .forward_context();
    stop_code_interpreter_session(StopCodeInterpreterSessionInput, StopCodeInterpreterSessionError)
        [CODE_INTERPRETER_ID = code_interpreter_identifier, SESSION_ID = session_id]
        .forward_context();
};

/// Replaces binary files (`"blob": base64`) by `"bytes": size`.
fn replace_files_by_size<'a>(arguments: &Json<'a>) -> Json<'a> {
    match arguments {
        Json::Array(items) => Json::Array(items.iter().map(replace_files_by_size).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| match value {
                Json::Text(file) if name == "blob" => {
                    let size = i64::try_from(base64_len(file)).unwrap_or(i64::MAX);
                    ("bytes".into(), Json::Int(size))
                }
                value => (name.clone(), replace_files_by_size(value)),
            });
            Json::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// Reads the tool's text, or the output of its process if there is no text.
fn read_result(result: &Json<'_>, call: &mut Call) {
    let process = result.get("structuredContent");
    let contents = result.get_array("content").iter();
    let mut texts = contents
        .filter_map(|content| content.get_str("text"))
        .peekable();
    if let (Some(process), None) = (process, texts.peek()) {
        tool_run::push_process_output(process, call);
    }
    for text in texts {
        tool_run::push_result_text(text, call);
    }
    if result.get_bool("isError") == Some(true) {
        tool_run::fail_tool_run(call);
    }
    if let Some(process) = process {
        tool_run::record_exit_code(process, call);
        call.extra_attributes
            .insert_if_some(EXECUTION_TIME, process.get_f64("executionTime"));
    }
}
