//! Converse and `ConverseStream`. The typed input opens the span; everything else
//! is read from the bytes that are sent and received, because other interceptors
//! may put bodies of their own on the wire.

use aws_sdk_bedrockruntime::operation::converse::{ConverseError, ConverseInput};
use aws_sdk_bedrockruntime::operation::converse_stream::{
    ConverseStreamError, ConverseStreamInput,
};
use aws_sdk_bedrockruntime::types::InferenceConfiguration;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};

use crate::decode::converse;
use crate::decode::operation::operation_trait::{Operation, ServiceError};
use crate::decode::operation::service::runtime::NAME as SERVICE;
use crate::decode::payload::parameters;
use crate::record::json::Json;
use crate::record::{Call, Request, RpcMethod};
use crate::semconv::operation::CHAT;

/// What a span needs before anything is sent: the two inputs have the same
/// members and different types.
macro_rules! start {
    ($input:expr, $call:expr) => {{
        let mut call = $call;
        call.model.clone_from(&$input.model_id);
        if let Some(guardrail) = &$input.guardrail_config {
            call.guardrail.id = Some(guardrail.guardrail_identifier.clone());
            call.guardrail.version = Some(guardrail.guardrail_version.clone());
        }
        if let Some(inference) = &$input.inference_config {
            read_inference(inference, &mut call.request);
        }
        if let Some(output) = &$input.output_config {
            call.request.output_type = output.text_format.as_ref().map(|_| "json");
            call.request.reasoning_level.clone_from(&output.effort);
        }
        let tier = $input.service_tier.as_ref();
        call.service_tier = tier.map(|tier| tier.r#type.as_str().to_owned());
        let performance = $input.performance_config.as_ref();
        call.performance_latency = performance.map(|it| it.latency.as_str().to_owned());
        call
    }};
}
#[derive(Debug)]
pub(crate) struct Converse;

#[derive(Debug)]
pub(crate) struct ConverseStream;

impl Operation for Converse {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(SERVICE, "Converse")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<ConverseInput>()?;
        Some(start!(input, Call::new(Some(CHAT), cap)))
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        read_request(body, call);
    }

    fn reads_response(&self) -> bool {
        true
    }

    fn read_response(&self, body: &[u8], call: &mut Call) {
        match Json::parse(body) {
            Some(body) => converse::read_response(&body, call),
            None => call.note_unreadable("response body is not JSON"),
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<ConverseError>(error)
    }
}

impl Operation for ConverseStream {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(SERVICE, "ConverseStream")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<ConverseStreamInput>()?;
        Some(start!(input, Call::new(Some(CHAT), cap).streaming()))
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        read_request(body, call);
    }

    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        converse::read_event(name, payload, call);
    }

    fn read_essential_event(&self, name: &str, _: &[u8], call: &mut Call) {
        if name == converse::FINAL_EVENT {
            call.complete_stream();
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<ConverseStreamError>(error)
    }
}

/// Parameters for a call that fails before its body is sent.
fn read_inference(inference: &InferenceConfiguration, request: &mut Request) {
    request.max_tokens = inference.max_tokens.map(i64::from);
    let float = |number: Option<f32>| number.map(|it| parameters::shorten_f32(it.into()));
    request.temperature = float(inference.temperature);
    request.top_p = float(inference.top_p);
    request.stop_sequences = inference.stop_sequences().to_vec();
}

/// The body counts, whatever the typed input says.
fn read_request(body: &[u8], call: &mut Call) {
    let content = call.cap().is_some();
    let wanted = |member: &str| content || !CONTENT.contains(&member);
    let Some(mut body) = Json::parse_members(body, wanted) else {
        call.note_unreadable("request body is not JSON");
        return;
    };
    // The SDK writes free-form objects in no order; equal calls should be equal.
    body.sort_members();
    call.request = Request::default();
    converse::read_request(&body, call);
}

/// Members that are content alone.
const CONTENT: &[&str] = &["messages", "promptVariables", "system", "toolConfig"];
