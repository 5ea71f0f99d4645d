//! The record of one call: plain data. Decoders fill it, emitters read it. Uses
//! `semconv` alone; no SDK, no `tracing`, no OpenTelemetry.

mod call;
mod choice;
pub(crate) mod content;
mod extra_attributes;
mod failure;
mod finish_reason;
mod guardrail;
mod http_exchange;
pub(crate) mod json;
mod latency;
mod media;
mod message;
pub(crate) mod model_id;
mod request;
mod response;
mod retrieval;
mod rpc;
mod span_origin;
mod stream;
mod tool_run;
mod usage;
mod user_closure;
mod voice_session;

pub(crate) use self::call::{Call, MAX_TURNS, Step};
pub(crate) use self::choice::Choice;
pub(crate) use self::content::copy_text;
pub(crate) use self::extra_attributes::{AttributeValue, ExtraAttributes};
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
pub(crate) use self::failure::TOOL_ERROR;
pub(crate) use self::failure::{
    CONNECTION, CONSTRUCTION, FailedAttempt, Failure, FailureMessage, OTHER, PANIC, RESPONSE,
    TIMEOUT,
};
pub(crate) use self::finish_reason::normalize_finish_reason;
pub(crate) use self::guardrail::{Guardrail, Policy};
pub(crate) use self::http_exchange::HttpExchange;
pub(crate) use self::latency::Latency;
pub(crate) use self::media::{Media, base64_len, mime_type};
pub(crate) use self::message::{Citation, Message, Part, Tool};
pub(crate) use self::request::Request;
pub(crate) use self::response::Response;
pub(crate) use self::retrieval::{Document, Retrieval};
pub(crate) use self::rpc::RpcMethod;
pub(crate) use self::span_origin::SpanOrigin;
pub(crate) use self::stream::Stream;
pub(crate) use self::tool_run::ToolRun;
pub(crate) use self::usage::{Usage, count_from_f64};
pub(crate) use self::user_closure::{UserClosure, catch_panic};
pub(crate) use self::voice_session::{VoiceBlock, VoiceSession};
