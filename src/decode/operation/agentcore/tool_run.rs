//! Tools that AgentCore runs: browsers, code interpreters, commands.

use crate::decode::operation::span_name::set_span_name;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Failure, TOOL_ERROR, ToolRun};
use crate::semconv::PROCESS_EXIT_CODE;
use crate::semconv::operation::EXECUTE_TOOL;

/// Starts the run of a tool, which names the span.
pub(super) fn start_tool_run(tool: &str, call: &mut Call) {
    set_span_name(EXECUTE_TOOL, Some(tool), call);
    call.tool_run = Some(ToolRun {
        name: tool.to_owned(),
        kind: "extension",
        ..ToolRun::default()
    });
}

/// Records the arguments of the tool as JSON.
pub(super) fn record_arguments(arguments: Option<&Json<'_>>, call: &mut Call) {
    let arguments = arguments.zip(call.cap());
    call.tool_run.get_or_insert_default().arguments =
        arguments.map(|(arguments, cap)| arguments.to_truncated_text(cap));
}

/// Appends to the result of the tool.
pub(super) fn push_result_text(text: &str, call: &mut Call) {
    let cap = call.cap();
    if let (Some(run), Some(cap)) = (&mut call.tool_run, cap) {
        run.result
            .get_or_insert_with(|| TruncatedText::new(cap))
            .push(text);
    }
}

/// Appends the output streams of a process to the result.
pub(super) fn push_process_output(process: &Json<'_>, call: &mut Call) {
    for stream in ["stdout", "stderr"] {
        if let Some(text) = process.get_str(stream) {
            push_result_text(text, call);
        }
    }
}

/// Records the exit code of a process. Any other than 0 is a failure.
pub(super) fn record_exit_code(process: &Json<'_>, call: &mut Call) {
    let Some(code) = process.get_i64("exitCode") else {
        return;
    };
    call.extra_attributes.insert(PROCESS_EXIT_CODE, code);
    if code != 0 && call.failure.is_none() {
        fail_tool_run(call);
    }
}

/// Fails the call because its tool failed. The message would be content.
pub(super) fn fail_tool_run(call: &mut Call) {
    call.failure = Some(Failure::new(TOOL_ERROR, None));
}
