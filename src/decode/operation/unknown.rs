//! Operations that are in no table, such as those of a newer SDK.

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};

use super::operation_trait::{Operation, ServiceError};
use crate::record::{Call, RpcMethod};

#[derive(Debug)]
pub(super) struct Unknown;

impl Operation for Unknown {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new("Bedrock", "Unknown")
    }

    /// Never matches: an unknown operation is recognised by its names, not by
    /// its input.
    fn start_call(&self, _: &Input, _: Option<usize>) -> Option<Call> {
        None
    }

    fn service_error(&self, _: &Error) -> Option<ServiceError> {
        None
    }
}

/// Starts a record from the names of the service and the method.
pub(super) fn start_call(service: &str, method: &str) -> Call {
    let rpc = RpcMethod::from_sdk_names(service, method);
    let mut call = Call::new(None, None);
    call.span_name = Some(rpc.span_name().into());
    call.rpc = Some(rpc);
    call
}
