//! `ConverseStream`: the request of Converse, answered in events.

use aws_sdk_bedrockruntime::operation::converse_stream::{
    ConverseStreamError, ConverseStreamInput,
};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};

use super::converse::conversation;
use super::guardrail::assessment;
use crate::decode::operation::{Operation, RUNTIME, ServiceError};
use crate::decode::payload::converse_shape;
use crate::record::json::Json;
use crate::record::{Call, RpcMethod};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct ConverseStream;

impl Operation for ConverseStream {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(RUNTIME, "ConverseStream")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<ConverseStreamInput>()?;
        let mut call = Call::new(Some(CHAT), cap).streaming();
        conversation!(input).read(&mut call);
        Some(call)
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<ConverseStreamError>(error)
    }

    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        // Nearly all events are texts, and read without building a value.
        if name == converse_shape::BLOCK_DELTA && converse_shape::text_delta(payload, call) {
            return;
        }
        if let Some(event) = Json::parse(payload) {
            converse_shape::event(name, &event, call);
            if let Some(trace) = event.get_path(&["trace", "guardrail"]) {
                assessment::trace(trace, call);
            }
        }
    }
}
