//! Names and messages of the SDK's errors.

use std::error::Error as StdError;
use std::fmt::Write as _;

use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;

use crate::decode::operation::Operation;
use crate::record::{CONNECTION, CONSTRUCTION, Failure, OTHER, RESPONSE, TIMEOUT};

/// Status and error code of a response.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: Option<i64>,
    pub(crate) code: Option<String>,
}

/// The service's error code, else the HTTP status, else the class of the failure.
pub(crate) fn classify_error(
    error: &OrchestratorError<Error>,
    operation: &'static dyn Operation,
    head: Head,
) -> Failure {
    if let Some(source) = error.as_operation_error() {
        return classify_service_error(source, operation, head);
    }
    if let Some(connector) = error.as_connector_error() {
        let kind = if connector.is_timeout() {
            TIMEOUT
        } else {
            CONNECTION
        };
        return Failure::new(kind, Some(error_chain(connector)));
    }
    // These have a fixed text: the SDK does not expose their sources here.
    let (kind, message) = if error.is_timeout_error() {
        (TIMEOUT, "the call or an attempt timed out")
    } else if error.is_response_error() {
        (RESPONSE, "the response could not be read")
    } else if head.status.is_some() {
        (OTHER, "the call failed after the response was received")
    } else {
        (CONSTRUCTION, "the request could not be made")
    };
    Failure::new(kind, Some(message.to_owned()))
}

fn classify_service_error(error: &Error, operation: &'static dyn Operation, head: Head) -> Failure {
    let known = operation.service_error(error);
    let (code, message) = known
        .map(|known| (known.code, known.message))
        .unwrap_or_default();
    match (code.or(head.code), head.status) {
        (Some(code), _) => Failure::new(code, message),
        // The conventions ask for the status where there is no better name.
        (None, Some(status @ 300..)) => Failure::new(status.to_string(), message),
        (None, _) => Failure::new(RESPONSE, message.or_else(|| Some(UNREADABLE.to_owned()))),
    }
}

/// An error and its sources, in one line.
pub(crate) fn error_chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    for _ in 0..MAX_SOURCES {
        let Some(error) = source else { break };
        // Writing to a string cannot fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

const MAX_SOURCES: usize = 6;
const UNREADABLE: &str = "the response could not be read";
