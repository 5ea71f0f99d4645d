//! The operations of the SDK that become spans, in one table.
//!
//! An operation reads the SDK's typed request and answer, and the events of a
//! stream, into a [`Call`]. It never sees a span.

use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::record::json::Json;
use crate::record::{Call, RpcMethod};

#[cfg(feature = "agent-runtime")]
mod agent_runtime;
#[cfg(feature = "agentcore")]
mod agentcore;
mod document;
mod runtime;
#[cfg(test)]
mod tests;
mod typed;
mod unknown;

pub(crate) use self::document::to_truncated_text as document_to_text;
pub(crate) use self::runtime::guardrail::assessment;

/// Reads one of the SDK's operations.
pub(crate) trait Operation: fmt::Debug + Sync {
    /// Service and operation, as AWS names them.
    fn rpc(&self) -> RpcMethod;

    /// Reads the typed request. `None` for that of another operation. At most
    /// `cap` characters of each piece of content are copied, none if `None`.
    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call>;

    /// The JSON body inside the typed input, for operations whose body decides
    /// what the span is called.
    fn input_body<'a>(&self, input: &'a Input) -> Option<&'a [u8]> {
        let _ = input;
        None
    }

    /// Reads that body: once before the span is open, without content, and once
    /// after, where the span is recorded.
    fn read_input_body(&self, body: &Json<'_>, call: &mut Call) {
        let _ = (body, call);
    }

    /// Reads the request's body as it is sent, where that is not the one of the
    /// typed input.
    fn read_request(&self, body: &[u8], call: &mut Call) {
        let _ = (body, call);
    }

    /// Reads the typed answer.
    fn read_output(&self, output: &Output, call: &mut Call) {
        let _ = (output, call);
    }

    /// Whether the response's body is read, where it is not a stream.
    fn reads_response(&self) -> bool {
        false
    }

    /// Reads the response's body as it was received, where it is not a stream.
    fn read_response(&self, body: &[u8], call: &mut Call) {
        let _ = (body, call);
    }

    /// The code and the message of the operation's typed error.
    fn service_error(&self, error: &Error) -> Option<ServiceError>;

    /// Whether the answer's stream is bytes of somebody's own making, not
    /// events: they are counted and never read.
    fn streams_bytes(&self) -> bool {
        false
    }

    /// Whether the service hands the trace that a request belongs to on to what
    /// it runs.
    fn forwards_context(&self) -> bool {
        false
    }

    /// Whether the request is a stream of events.
    fn sends_events(&self) -> bool {
        false
    }

    /// Reads one event of the request's stream.
    fn read_request_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }

    /// The answer's stream was read to its end.
    fn finish_stream(&self, call: &mut Call) {
        let _ = call;
    }

    /// Whether its span says no more than that there was a call, and its ids.
    #[cfg(test)]
    fn is_plain(&self) -> bool {
        false
    }

    /// Reads one event of the answer's stream. Called only for operations
    /// whose `start_call` says that the answer is one.
    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }
}

/// A call whose span can be opened.
#[derive(Debug)]
pub(crate) struct StartedCall<'a> {
    pub(crate) operation: &'static dyn Operation,
    pub(crate) call: Call,
    /// The body of the typed input, where it names the span.
    pub(crate) body: Option<InputBody<'a>>,
}

/// The body of a typed input; `Null` for what is not JSON.
#[derive(Debug)]
pub(crate) struct InputBody<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) json: Json<'a>,
}

/// Finds the operation that a request is for, and reads what its span is opened
/// with.
pub(crate) fn start_call(input: &Input, cap: Option<usize>) -> Option<StartedCall<'_>> {
    let mut operations = TABLES.iter().copied().flatten();
    let (operation, mut call) =
        operations.find_map(|operation| Some((*operation, operation.start_call(input, cap)?)))?;
    call.rpc = Some(operation.rpc());
    let body = operation.input_body(input).map(|bytes| InputBody {
        bytes,
        json: Json::parse(bytes).unwrap_or(Json::Null),
    });
    if let Some(InputBody { json, .. }) = &body {
        call.without_content(|call| operation.read_input_body(json, call));
    }
    Some(StartedCall {
        operation,
        call,
        body,
    })
}

/// The record of a call of an operation that is in no table: its names.
pub(crate) fn start_unknown_call(service: &str, method: &str) -> Option<StartedCall<'static>> {
    let mut operations = TABLES.iter().copied().flatten();
    let call = unknown::start_call(service, method);
    // The span of a known one was not wanted. Services have methods of the same
    // name.
    let known = operations.any(|operation| call.rpc.as_ref() == Some(&operation.rpc()));
    (!known).then_some(StartedCall {
        operation: &unknown::Unknown,
        call,
        body: None,
    })
}

/// What the service says of an error.
#[derive(Debug)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl ServiceError {
    /// Reads an operation's own type of error.
    fn from_sdk_error<E>(error: &Error) -> Option<Self>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let error = error.downcast_ref::<E>()?;
        Some(Self {
            code: error.code().map(str::to_owned),
            message: error.message().map(str::to_owned),
        })
    }
}

const RUNTIME: &str = "BedrockRuntime";

type Table = &'static [&'static dyn Operation];

static TABLES: &[Table] = &[
    runtime::OPERATIONS,
    #[cfg(feature = "agent-runtime")]
    agent_runtime::OPERATIONS,
    #[cfg(feature = "agentcore")]
    agentcore::OPERATIONS,
];
