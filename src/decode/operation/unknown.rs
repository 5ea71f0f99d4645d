//! An operation that is in no table, as one of a newer SDK.

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};

use super::{Operation, ServiceError};
use crate::record::{Call, RpcMethod};

#[derive(Debug)]
pub(super) struct Unknown;

impl Operation for Unknown {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new("Bedrock", "Unknown")
    }

    /// Requests of any type are of some operation, and this one's are those
    /// that are no other's.
    fn start_call(&self, _: &Input, _: Option<usize>) -> Option<Call> {
        None
    }

    fn service_error(&self, _: &Error) -> Option<ServiceError> {
        None
    }
}

/// The record of a call of which only the names are known.
pub(super) fn start_call(service: &str, method: &str) -> Call {
    let rpc = RpcMethod::from_sdk_names(service, method);
    let mut call = Call::new(None, None);
    call.span_name = Some(rpc.span_name().into());
    call.rpc = Some(rpc);
    call
}
