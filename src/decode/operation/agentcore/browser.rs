//! Browsers: what they are told to do, and their sessions.

use aws_sdk_bedrockagentcore::operation::{
    get_browser_session as get, invoke_browser as invoke, list_browser_sessions as list,
    save_browser_session_profile as save, start_browser_session as start,
    stop_browser_session as stop, update_browser_stream as update,
};

use super::{SERVICE, command};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Failure, TOOL_ERROR};
use crate::semconv::agentcore::{BROWSER_ACTION, BROWSER_ID, SESSION_ID};
use crate::semconv::operation::EXECUTE_TOOL;

/// What is typed into a browser may be a password, so of an action only its
/// kind is read.
pub(super) static INVOKE_BROWSER: Typed<invoke::InvokeBrowserInput, invoke::InvokeBrowserError> =
    Typed::new(SERVICE, "InvokeBrowser")
        .named(EXECUTE_TOOL)
        .ids(|input: &invoke::InvokeBrowserInput, call| {
            command::runs("browser", call);
            let id = input.browser_identifier.as_deref();
            session(id, input.session_id.as_deref(), call);
        })
        .sent(|body, call| {
            if let Some(Json::Object(kinds)) = body.get("action") {
                let kind = kinds.first().map(|(kind, _)| kind.as_ref());
                call.extra_attributes.insert_text(BROWSER_ACTION, kind);
            }
        })
        .answered(|body, call| {
            let Some(Json::Object(kinds)) = body.get("result") else {
                return;
            };
            let mut results = kinds.iter().map(|(_, result)| result);
            if results.any(|result| result.get_str("status") == Some("FAILED")) {
                call.failure = Some(Failure::new(TOOL_ERROR, None));
            }
        });

pub(super) static GET_BROWSER_SESSION: Typed<
    get::GetBrowserSessionInput,
    get::GetBrowserSessionError,
> = Typed::new(SERVICE, "GetBrowserSession").ids(|input: &get::GetBrowserSessionInput, call| {
    let id = input.browser_identifier.as_deref();
    session(id, input.session_id.as_deref(), call);
});

pub(super) static LIST_BROWSER_SESSIONS: Typed<
    list::ListBrowserSessionsInput,
    list::ListBrowserSessionsError,
> = Typed::new(SERVICE, "ListBrowserSessions").ids(
    |input: &list::ListBrowserSessionsInput, call| {
        session(input.browser_identifier.as_deref(), None, call);
    },
);

pub(super) static SAVE_BROWSER_SESSION_PROFILE: Typed<
    save::SaveBrowserSessionProfileInput,
    save::SaveBrowserSessionProfileError,
> = Typed::new(SERVICE, "SaveBrowserSessionProfile")
    .ids(|input: &save::SaveBrowserSessionProfileInput, call| {
        let id = input.browser_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    })
    .forwards_context();

pub(super) static START_BROWSER_SESSION: Typed<
    start::StartBrowserSessionInput,
    start::StartBrowserSessionError,
> = Typed::new(SERVICE, "StartBrowserSession")
    .ids(|input: &start::StartBrowserSessionInput, call| {
        session(input.browser_identifier.as_deref(), None, call);
    })
    .complete(|output, call| {
        if let Some(output) = output.downcast_ref::<start::StartBrowserSessionOutput>() {
            call.extra_attributes
                .insert_text(SESSION_ID, Some(&output.session_id));
        }
    })
    .forwards_context();

pub(super) static STOP_BROWSER_SESSION: Typed<
    stop::StopBrowserSessionInput,
    stop::StopBrowserSessionError,
> = Typed::new(SERVICE, "StopBrowserSession")
    .ids(|input: &stop::StopBrowserSessionInput, call| {
        let id = input.browser_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    })
    .forwards_context();

pub(super) static UPDATE_BROWSER_STREAM: Typed<
    update::UpdateBrowserStreamInput,
    update::UpdateBrowserStreamError,
> = Typed::new(SERVICE, "UpdateBrowserStream").ids(
    |input: &update::UpdateBrowserStreamInput, call| {
        let id = input.browser_identifier.as_deref();
        session(id, input.session_id.as_deref(), call);
    },
);

fn session(browser: Option<&str>, session: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(BROWSER_ID, browser);
    call.extra_attributes.insert_text(SESSION_ID, session);
}
