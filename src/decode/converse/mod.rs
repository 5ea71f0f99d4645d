//! Converse's request, response and events, read as JSON into the record of a
//! call: by Converse and ConverseStream, by CountTokens, by Nova's payloads and
//! by AgentCore's harness.

mod content;
mod events;
mod request;
mod response;
mod text_delta;
mod tools;

#[cfg(feature = "agentcore")]
pub(crate) use self::content::read_message;
pub(crate) use self::events::{FINAL_EVENT, is_event_name, read_event, read_event_json};
pub(crate) use self::request::{read_conversation, read_parameters, read_request};
pub(crate) use self::response::{read_message_response, read_response};
#[cfg(feature = "agentcore")]
pub(crate) use self::response::{read_usage, set_stop_reason};
