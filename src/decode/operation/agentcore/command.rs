//! InvokeAgentRuntimeCommand: a command in the session of an agent.

use aws_sdk_bedrockagentcore::operation::invoke_agent_runtime_command::{
    InvokeAgentRuntimeCommandError, InvokeAgentRuntimeCommandInput, InvokeAgentRuntimeCommandOutput,
};

use super::{SERVICE, runtime};
use crate::decode::operation::typed::Typed;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Failure, TIMEOUT, TOOL_ERROR, ToolRun};
use crate::semconv::operation::EXECUTE_TOOL;
use crate::semconv::{CONVERSATION_ID, PROCESS_EXIT_CODE};

pub(super) static INVOKE_AGENT_RUNTIME_COMMAND: Typed<
    InvokeAgentRuntimeCommandInput,
    InvokeAgentRuntimeCommandError,
> = Typed::new(SERVICE, "InvokeAgentRuntimeCommand")
    .named(EXECUTE_TOOL)
    .ids(|input: &InvokeAgentRuntimeCommandInput, call| {
        runtime::runtime(
            input.agent_runtime_arn.as_deref(),
            input.qualifier.as_deref(),
            input.runtime_session_id.as_deref(),
            call,
        );
        runs("command", call);
    })
    .sent(|body, call| {
        let arguments = call.cap().map(|cap| body.to_truncated_text(cap));
        call.tool_run.get_or_insert_default().arguments = arguments;
    })
    .complete(|output, call| {
        if let Some(output) = output.downcast_ref::<InvokeAgentRuntimeCommandOutput>() {
            let session = output.runtime_session_id.as_deref();
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
        }
    })
    .event(|name, event, call| {
        if name == "chunk" {
            chunk(event, call);
        }
    })
    .forwards_context();

/// The call runs a tool of the service's own, which gives its span the name.
pub(super) fn runs(tool: &str, call: &mut Call) {
    call.span_name = Some(format!("{EXECUTE_TOOL} {tool}").into());
    call.tool_run = Some(ToolRun {
        name: tool.to_owned(),
        kind: "extension",
        ..ToolRun::default()
    });
}

/// Adds to what the tool that the call runs has answered.
pub(super) fn answers(text: &str, call: &mut Call) {
    let cap = call.cap();
    if let (Some(run), Some(cap)) = (&mut call.tool_run, cap) {
        run.result
            .get_or_insert_with(|| TruncatedText::new(cap))
            .push(text);
    }
}

/// Notes how a process of the tool ended.
pub(super) fn exited(end: &Json<'_>, call: &mut Call) {
    let Some(code) = end.get_i64("exitCode") else {
        return;
    };
    call.extra_attributes.insert(PROCESS_EXIT_CODE, code);
    if code != 0 && call.failure.is_none() {
        call.failure = Some(Failure::new(TOOL_ERROR, None));
    }
}

/// What the command wrote, as it wrote it, and how it ended.
fn chunk(event: &Json<'_>, call: &mut Call) {
    if let Some(delta) = event.get("contentDelta") {
        for text in ["stdout", "stderr"]
            .iter()
            .filter_map(|key| delta.get_str(key))
        {
            answers(text, call);
        }
    }
    if let Some(stop) = event.get("contentStop") {
        if stop.get_str("status") == Some("TIMED_OUT") {
            call.failure = Some(Failure::new(TIMEOUT, None));
        }
        exited(stop, call);
    }
}
