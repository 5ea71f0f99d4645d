//! InvokeModel, whole and as a stream: the model's own body in Bedrock's
//! envelope.

use aws_sdk_bedrockruntime::operation::invoke_model::{
    InvokeModelError, InvokeModelInput, InvokeModelOutput,
};
use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::{
    InvokeModelWithResponseStreamError, InvokeModelWithResponseStreamInput,
    InvokeModelWithResponseStreamOutput,
};
use aws_sdk_bedrockruntime::types::{PerformanceConfigLatency, ServiceTierType};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::{Blob, base64};

use super::guardrail::assessment;
use crate::decode::operation::{Operation, RUNTIME, ServiceError};
use crate::decode::payload;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, RpcMethod, Usage};

/// The envelope of either request: their members are the same, their types are
/// not.
macro_rules! envelope {
    ($input:expr) => {
        Envelope {
            model_id: $input.model_id.as_deref(),
            body: $input.body.as_ref(),
            guardrail: (
                $input.guardrail_identifier.as_ref(),
                $input.guardrail_version.as_ref(),
            ),
            performance: $input.performance_config_latency.as_ref(),
            tier: $input.service_tier.as_ref(),
        }
    };
}

#[derive(Debug)]
pub(crate) struct InvokeModel;

impl Operation for InvokeModel {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(RUNTIME, "InvokeModel")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<InvokeModelInput>()?;
        let mut call = Call::new(None, cap);
        envelope!(input).read(&mut call);
        Some(call)
    }

    fn read_output(&self, output: &Output, call: &mut Call) {
        let Some(output) = output.downcast_ref::<InvokeModelOutput>() else {
            return;
        };
        served(
            output.performance_config_latency.as_ref(),
            output.service_tier.as_ref(),
            call,
        );
        let Some(body) = Json::parse(output.body.as_ref()) else {
            call.note_unreadable("response body is not JSON");
            return;
        };
        envelope(&body, call);
        if !payload::read_response(&body, call) {
            call.note_unreadable("response body has an unrecognised payload format");
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<InvokeModelError>(error)
    }
}

#[derive(Debug)]
pub(crate) struct InvokeModelWithResponseStream;

impl Operation for InvokeModelWithResponseStream {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(RUNTIME, "InvokeModelWithResponseStream")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<InvokeModelWithResponseStreamInput>()?;
        let mut call = Call::new(None, cap).streaming();
        envelope!(input).read(&mut call);
        Some(call)
    }

    fn read_output(&self, output: &Output, call: &mut Call) {
        if let Some(output) = output.downcast_ref::<InvokeModelWithResponseStreamOutput>() {
            served(
                output.performance_config_latency.as_ref(),
                output.service_tier.as_ref(),
                call,
            );
        }
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
        envelope(&chunk, call);
        if let Some(metrics) = chunk.get(INVOCATION_METRICS) {
            invoked(metrics, call);
        }
        if !payload::read_chunk(&chunk, call) && !chunk.contains_key(INVOCATION_METRICS) {
            call.note_unreadable("response chunk has an unrecognised payload format");
        }
    }
}

/// What surrounds the model's body in a request.
#[derive(Debug)]
struct Envelope<'a> {
    model_id: Option<&'a str>,
    body: Option<&'a Blob>,
    guardrail: (Option<&'a String>, Option<&'a String>),
    performance: Option<&'a PerformanceConfigLatency>,
    tier: Option<&'a ServiceTierType>,
}

impl Envelope<'_> {
    fn read(&self, call: &mut Call) {
        call.model = self.model_id.map(str::to_owned);
        call.guardrail.id = self.guardrail.0.cloned();
        call.guardrail.version = self.guardrail.1.cloned();
        served(self.performance, self.tier, call);
        match self.body.and_then(|body| Json::parse(body.as_ref())) {
            None => call.note_unreadable("request body is not JSON"),
            Some(body) if payload::read_request(&body, call) => {}
            Some(_) => call.note_unreadable("request body has an unrecognised payload format"),
        }
        if call.operation.is_none() {
            let model = ModelId::parse(self.model_id.unwrap_or_default());
            call.operation = payload::operation_for_model(model);
        }
    }
}

/// How the call was to be served, or was.
fn served(
    performance: Option<&PerformanceConfigLatency>,
    tier: Option<&ServiceTierType>,
    call: &mut Call,
) {
    if let Some(latency) = performance {
        call.performance_latency = Some(latency.as_str().to_owned());
    }
    if let Some(tier) = tier {
        call.service_tier = Some(tier.as_str().to_owned());
    }
}

/// What Bedrock adds to any model's body.
fn envelope(body: &Json<'_>, call: &mut Call) {
    call.guardrail
        .record_action(body.get_str("amazon-bedrock-guardrailAction"));
    if let Some(trace) = body.get_path(&["amazon-bedrock-trace", "guardrail"]) {
        assessment::trace(trace, call);
    }
}

/// The service's own measurements, in the last chunk of a stream.
fn invoked(metrics: &Json<'_>, call: &mut Call) {
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

const INVOCATION_METRICS: &str = "amazon-bedrock-invocationMetrics";
