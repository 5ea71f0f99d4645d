//! Browsers: their actions and sessions.

use super::tool_run;
use crate::decode::operation::operation_trait::Table;
use crate::record::Call;
use crate::record::json::Json;
use crate::semconv::agentcore::{BROWSER_ACTION, BROWSER_ID, SESSION_ID};
use crate::semconv::operation::EXECUTE_TOOL;

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    invoke_browser(InvokeBrowserInput, InvokeBrowserError)
        [BROWSER_ID = browser_identifier, SESSION_ID = session_id]
        |_input, call| { tool_run::start_tool_run("browser", call) }
        .name_operation(EXECUTE_TOOL)
        .read_request_with(read_action_kind)
        .read_response_with(read_action_result);
    get_browser_session(GetBrowserSessionInput, GetBrowserSessionError)
        [BROWSER_ID = browser_identifier, SESSION_ID = session_id];
    list_browser_sessions(ListBrowserSessionsInput, ListBrowserSessionsError)
        [BROWSER_ID = browser_identifier];
    save_browser_session_profile(SaveBrowserSessionProfileInput, SaveBrowserSessionProfileError)
        [BROWSER_ID = browser_identifier, SESSION_ID = session_id]
        .record_request_members(&[(BROWSER_ID, "browserIdentifier"), (SESSION_ID, "sessionId")])
        .forward_context();
    start_browser_session(StartBrowserSessionInput, StartBrowserSessionError)
        [BROWSER_ID = browser_identifier]
        .record_response_members(&[(SESSION_ID, "sessionId")])
        .forward_context();
    stop_browser_session(StopBrowserSessionInput, StopBrowserSessionError)
        [BROWSER_ID = browser_identifier, SESSION_ID = session_id]
        .forward_context();
    update_browser_stream(UpdateBrowserStreamInput, UpdateBrowserStreamError)
        [BROWSER_ID = browser_identifier, SESSION_ID = session_id];
};

/// Of an action only the kind is read: typed text may be a password.
fn read_action_kind(body: &Json<'_>, call: &mut Call) {
    if let Some(Json::Object(kinds)) = body.get("action") {
        let kind = kinds.first().map(|(kind, _)| kind.as_ref());
        call.extra_attributes.insert_text(BROWSER_ACTION, kind);
    }
}

fn read_action_result(body: &Json<'_>, call: &mut Call) {
    let Some(Json::Object(kinds)) = body.get("result") else {
        return;
    };
    let mut results = kinds.iter().map(|(_, result)| result);
    if results.any(|result| result.get_str("status") == Some("FAILED")) {
        tool_run::fail_tool_run(call);
    }
}
