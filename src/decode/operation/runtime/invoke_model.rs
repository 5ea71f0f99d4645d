//! InvokeModel and `InvokeModelWithResponseStream`: a payload of the model's own
//! format in Bedrock's envelope.

use aws_sdk_bedrockruntime::operation::invoke_model::{InvokeModelError, InvokeModelInput};
use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::{
    InvokeModelWithResponseStreamError, InvokeModelWithResponseStreamInput,
};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::{Blob, base64};

use crate::decode::guardrail_assessment as assessment;
use crate::decode::operation::operation_trait::{Operation, ServiceError};
use crate::decode::operation::service::runtime::NAME as SERVICE;
use crate::decode::payload;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, RpcMethod, Usage};

/// Reads the envelope: the two inputs have the same members and different types.
macro_rules! start {
    ($input:expr, $call:expr) => {{
        let mut call = $call;
        call.model.clone_from(&$input.model_id);
        call.guardrail.id.clone_from(&$input.guardrail_identifier);
        call.guardrail.version.clone_from(&$input.guardrail_version);
        let latency = $input.performance_config_latency.as_ref();
        call.performance_latency = latency.map(|latency| latency.as_str().to_owned());
        let tier = $input.service_tier.as_ref();
        call.service_tier = tier.map(|tier| tier.as_str().to_owned());
        call
    }};
}

#[derive(Debug)]
pub(crate) struct InvokeModel;

#[derive(Debug)]
pub(crate) struct InvokeModelWithResponseStream;

impl Operation for InvokeModel {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(SERVICE, "InvokeModel")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<InvokeModelInput>()?;
        Some(start!(input, Call::new(None, cap)))
    }

    fn input_body<'a>(&self, input: &'a Input) -> Option<&'a [u8]> {
        let input = input.downcast_ref::<InvokeModelInput>()?;
        Some(input.body.as_ref().map_or(&[], Blob::as_ref))
    }

    fn read_input_body(&self, body: &Json<'_>, call: &mut Call) {
        read_payload(body, call);
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        read_sent_payload(body, call);
    }

    fn reads_response(&self) -> bool {
        true
    }

    fn read_response(&self, body: &[u8], call: &mut Call) {
        let Some(body) = Json::parse(body) else {
            call.note_unreadable("response body is not JSON");
            return;
        };
        read_envelope(&body, call);
        if !payload::read_response(&body, call) {
            call.note_unreadable("response body: unrecognised payload format");
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<InvokeModelError>(error)
    }
}

impl Operation for InvokeModelWithResponseStream {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(SERVICE, "InvokeModelWithResponseStream")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<InvokeModelWithResponseStreamInput>()?;
        Some(start!(input, Call::new(None, cap).streaming()))
    }

    fn input_body<'a>(&self, input: &'a Input) -> Option<&'a [u8]> {
        let input = input.downcast_ref::<InvokeModelWithResponseStreamInput>()?;
        Some(input.body.as_ref().map_or(&[], Blob::as_ref))
    }

    fn read_input_body(&self, body: &Json<'_>, call: &mut Call) {
        read_payload(body, call);
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        read_sent_payload(body, call);
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<InvokeModelWithResponseStreamError>(error)
    }

    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        if name != "chunk" {
            return;
        }
        let body = Json::parse(payload)
            .and_then(|event| base64::decode(event.get_str("bytes").unwrap_or_default()).ok());
        let Some(chunk) = body.as_deref().and_then(Json::parse) else {
            call.note_unreadable("response chunk is not JSON");
            return;
        };
        read_envelope(&chunk, call);
        let metrics = chunk.get(INVOCATION_METRICS);
        if let Some(metrics) = metrics {
            read_invocation_metrics(metrics, call);
        }
        if !payload::read_chunk(&chunk, call) && metrics.is_none() {
            call.note_unreadable("response chunk: unrecognised payload format");
        }
    }

    fn read_essential_event(&self, _: &str, payload: &[u8], call: &mut Call) {
        if is_final_chunk(payload, call) {
            call.complete_stream();
        }
    }
}

/// Whether a chunk completes the response. Only chunks that may are parsed.
fn is_final_chunk(payload: &[u8], call: &Call) -> bool {
    let body = Json::parse(payload)
        .and_then(|event| base64::decode(event.get_str("bytes").unwrap_or_default()).ok());
    let Some(body) = body else { return false };
    let contains = |marker: &str| memchr::memmem::find(&body, marker.as_bytes()).is_some();
    if contains(INVOCATION_METRICS) {
        return true;
    }
    if !FINAL_MARKERS.iter().any(|marker| contains(marker)) {
        return false;
    }
    let mut chunk = Call::new(call.operation, None).streaming();
    chunk.model.clone_from(&call.model);
    if let Some(body) = Json::parse(&body) {
        payload::read_chunk(&body, &mut chunk);
    }
    chunk.stream.is_some_and(|stream| stream.completed)
}

/// Reads a request's payload. Where its format does not tell the operation, the
/// model's id does.
fn read_payload(body: &Json<'_>, call: &mut Call) {
    if *body == Json::Null {
        call.note_unreadable("request body is not JSON");
    } else if !payload::read_request(body, call) {
        call.note_unreadable("request body: unrecognised payload format");
    }
    if call.operation.is_none() {
        let model = ModelId::parse(call.model.as_deref().unwrap_or_default());
        call.operation = payload::operation_for_model(model);
    }
}

/// Reads a payload that another interceptor put in the place of the input's.
fn read_sent_payload(body: &[u8], call: &mut Call) {
    call.clear_request();
    read_payload(&Json::parse(body).unwrap_or(Json::Null), call);
}

/// Reads what Bedrock adds to any model's payload.
fn read_envelope(body: &Json<'_>, call: &mut Call) {
    call.guardrail
        .record_action(body.get_str("amazon-bedrock-guardrailAction"));
    if let Some(trace) = body.get_path(&["amazon-bedrock-trace", "guardrail"]) {
        assessment::read_trace(trace, call);
    }
}

/// Reads the service's own measurements, in the last chunk of a stream.
fn read_invocation_metrics(metrics: &Json<'_>, call: &mut Call) {
    call.service_usage.fill_missing(&Usage {
        input: metrics.get_count("inputTokenCount"),
        output: metrics.get_count("outputTokenCount"),
        cache_read: metrics.get_count("cacheReadInputTokenCount"),
        cache_write: metrics.get_count("cacheWriteInputTokenCount"),
        ..Usage::default()
    });
    let latency = metrics.get_count("invocationLatency");
    call.latency.invocation_ms = latency.or(call.latency.invocation_ms);
    call.latency.first_byte_ms = metrics.get_count("firstByteLatency");
    if let Some(stream) = &mut call.stream {
        stream.completed = true;
    }
}

/// Parts of the members and values with which formats end a response: `stop_reason`,
/// `message_stop`, `messageStop`, `finish_reason`, `completionReason`.
const FINAL_MARKERS: [&str; 5] = ["stop", "Stop", "finish", "Finish", "ompletionReason"];

const INVOCATION_METRICS: &str = "amazon-bedrock-invocationMetrics";
