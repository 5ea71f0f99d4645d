//! What every SDK operation can do: read the parts of a call into its record.

use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::record::json::Json;
use crate::record::{Call, RpcMethod};

/// Reads the calls of one SDK operation.
pub(crate) trait Operation: fmt::Debug + Sync {
    /// Service and operation, as AWS names them.
    fn rpc(&self) -> RpcMethod;

    /// Starts the record from the typed input, or returns `None` if the input
    /// belongs to another operation. At most `cap` characters of each piece of
    /// content are copied; `None` copies no content.
    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call>;

    /// The JSON body inside the typed input, for operations whose body decides
    /// what the span is called.
    fn input_body<'a>(&self, input: &'a Input) -> Option<&'a [u8]> {
        let _ = input;
        None
    }

    /// Reads that body: once before the span is open, without content, and once
    /// after, if the span is recorded.
    fn read_input_body(&self, body: &Json<'_>, call: &mut Call) {
        let _ = (body, call);
    }

    /// Reads the request body as it is sent, if the SDK holds it in memory and it
    /// is not the body of the typed input.
    fn read_request(&self, body: &[u8], call: &mut Call) {
        let _ = (body, call);
    }

    /// Reads the typed output.
    fn read_output(&self, output: &Output, call: &mut Call) {
        let _ = (output, call);
    }

    /// Whether the response body of an operation without a response stream is
    /// read.
    fn reads_response(&self) -> bool {
        false
    }

    /// Reads that body as it was received.
    fn read_response(&self, body: &[u8], call: &mut Call) {
        let _ = (body, call);
    }

    /// Code and message of the operation's typed error.
    fn service_error(&self, error: &Error) -> Option<ServiceError>;

    /// Whether the response streams opaque bytes instead of events. Such bytes
    /// are counted and never read.
    fn streams_bytes(&self) -> bool {
        false
    }

    /// Whether the service passes the caller's trace context on to the code that
    /// it runs.
    fn forwards_context(&self) -> bool {
        false
    }

    /// Whether the request is an event stream.
    fn sends_events(&self) -> bool {
        false
    }

    /// Reads one event of the request stream.
    fn read_request_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }

    /// Called when the response stream was read to its end.
    fn finish_stream(&self, call: &mut Call) {
        let _ = call;
    }

    /// Whether the span has no `gen_ai.operation.name`: only the names of the
    /// RPC method and ids.
    #[cfg(test)]
    fn is_plain(&self) -> bool {
        false
    }

    /// Reads one event of the response stream. Called only if `start_call`
    /// returned a streaming call.
    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }

    /// Reads of such an event only what is recorded even if the events of streams are
    /// not: that the response is complete, and the trace of an agent.
    fn read_essential_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }
}

/// Operations that are searched in order.
pub(super) type Table = &'static [&'static dyn Operation];

/// The error as the service describes it.
#[derive(Debug)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl ServiceError {
    /// Reads the error type of an operation.
    pub(super) fn from_sdk_error<E>(error: &Error) -> Option<Self>
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
