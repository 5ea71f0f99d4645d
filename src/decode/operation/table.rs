//! All tables of operations, and the search for the operation of a call.

use aws_smithy_runtime_api::client::interceptors::context::Input;

#[cfg(feature = "agent-runtime")]
use super::agent_runtime;
#[cfg(feature = "agentcore")]
use super::agentcore;
use super::operation_trait::{Operation, Table};
use super::{runtime, unknown};
use crate::record::Call;
use crate::record::json::Json;

/// A call whose span can be opened.
#[derive(Debug)]
pub(crate) struct StartedCall<'a> {
    pub(crate) operation: &'static dyn Operation,
    pub(crate) call: Call,
    /// The body of the typed input, if it names the span.
    pub(crate) body: Option<InputBody<'a>>,
}

/// The body of a typed input; `Null` if it is not JSON.
#[derive(Debug)]
pub(crate) struct InputBody<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) json: Json<'a>,
}

/// Finds the operation that the input belongs to, and reads what its span is
/// opened with.
pub(crate) fn start_call(input: &Input, cap: Option<usize>) -> Option<StartedCall<'_>> {
    let (operation, mut call) =
        operations().find_map(|operation| Some((operation, operation.start_call(input, cap)?)))?;
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

/// Starts the record of an operation that is in no table, from its names alone.
/// `None` for an operation of a table: its span was filtered away. Names are
/// compared with the service's, because services share method names.
pub(crate) fn start_unknown_call(service: &str, method: &str) -> Option<StartedCall<'static>> {
    let call = unknown::start_call(service, method);
    let is_known = operations().any(|operation| call.rpc.as_ref() == Some(&operation.rpc()));
    (!is_known).then_some(StartedCall {
        operation: &unknown::Unknown,
        call,
        body: None,
    })
}

fn operations() -> impl Iterator<Item = &'static dyn Operation> {
    SDKS.iter().copied().flatten().copied().flatten().copied()
}

/// The tables of each SDK crate, the most called one first.
static SDKS: &[&[Table]] = &[
    runtime::TABLES,
    #[cfg(feature = "agent-runtime")]
    agent_runtime::TABLES,
    #[cfg(feature = "agentcore")]
    agentcore::TABLES,
];
