//! The operations of the SDK that become spans, in one table.
//!
//! An operation reads the SDK's typed request and answer, and the events of a
//! stream, into a [`Call`]. It never sees a span.

use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::call::Call;

mod converse;
mod converse_content;
mod converse_stream;
mod document;
mod invoke_model;

/// Reads one of the SDK's operations.
pub(crate) trait Operation: fmt::Debug + Sync {
    /// Reads the typed request. `None` for that of another operation. At most
    /// `cap` characters of each piece of content are copied, none if `None`.
    fn begin(&self, input: &Input, cap: Option<usize>) -> Option<Call>;

    /// Reads the typed answer.
    fn complete(&self, output: &Output, call: &mut Call);

    /// The code and the message of the operation's typed error.
    fn error(&self, error: &Error) -> Option<ServiceError>;

    /// Reads one event of the answer's stream. Called only for operations
    /// whose `begin` says that the answer is one.
    fn event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let _ = (name, payload, call);
    }
}

/// Finds the operation that a request is for, and reads the request.
pub(crate) fn begin(input: &Input, cap: Option<usize>) -> Option<(&'static dyn Operation, Call)> {
    OPERATIONS
        .iter()
        .find_map(|operation| Some((*operation, operation.begin(input, cap)?)))
}

/// What the service says of an error.
#[derive(Debug)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl ServiceError {
    /// Reads an operation's own type of error.
    fn of<E>(error: &Error) -> Option<Self>
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

static OPERATIONS: &[&dyn Operation] = &[
    &converse::Converse,
    &converse_stream::ConverseStream,
    &invoke_model::InvokeModel,
    &invoke_model::InvokeModelWithResponseStream,
];
