//! Converse, and the half of the request that `ConverseStream` shares with it.

use std::collections::HashMap;

use aws_sdk_bedrockruntime::operation::converse::{ConverseError, ConverseInput, ConverseOutput};
use aws_sdk_bedrockruntime::types;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::Document;

use super::converse_content as content;
use super::guardrail::assessment;
use crate::decode::operation::{Operation, RUNTIME, ServiceError, document};
use crate::decode::payload::converse_shape;
use crate::record::json::Json;
use crate::record::{Call, Choice, Request, RpcMethod, Usage, copy_text};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(crate) struct Converse;

impl Operation for Converse {
    fn rpc(&self) -> RpcMethod {
        RpcMethod::new(RUNTIME, "Converse")
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<ConverseInput>()?;
        let mut call = Call::new(Some(CHAT), cap);
        conversation!(input).read(&mut call);
        Some(call)
    }

    fn read_output(&self, output: &Output, call: &mut Call) {
        let Some(output) = output.downcast_ref::<ConverseOutput>() else {
            return;
        };
        let mut choice = Choice::default();
        if let Some(types::ConverseOutput::Message(message)) = &output.output {
            choice.message = content::message(message, call.cap());
        }
        choice.message.role = "assistant".into();
        call.response.choices.push(choice);
        converse_shape::stopped(output.stop_reason.as_str(), 0, call);
        if let Some(usage) = &output.usage {
            call.usage.update(&tokens(usage));
        }
        if let Some(metrics) = &output.metrics {
            call.latency.invocation_ms = Some(metrics.latency_ms);
        }
        if let Some(fields) = &output.additional_model_response_fields {
            call.response.stop_sequence = ["stop_sequence", "stopSequence"]
                .iter()
                .find_map(|key| document::get(fields, key)?.as_string().map(str::to_owned));
        }
        let trace = output.trace.as_ref();
        call.guardrail.has_trace = trace.is_some_and(|trace| trace.guardrail.is_some());
        let router = trace.and_then(|trace| trace.prompt_router.as_ref());
        call.response.model = router.and_then(|router| router.invoked_model_id.clone());
        if let Some(performance) = &output.performance_config {
            call.performance_latency = Some(performance.latency.as_str().to_owned());
        }
        if let Some(tier) = &output.service_tier {
            call.service_tier = Some(tier.r#type.as_str().to_owned());
        }
    }

    /// What few answers have: the findings of guardrails, those of the caller and
    /// those that the account enforces, and members that the SDK made up because
    /// they are missing.
    fn read_response(&self, body: &[u8], call: &mut Call) {
        if !call.guardrail.has_trace && !is_made_up(call) {
            return;
        }
        let body = Json::parse(body).unwrap_or(Json::Null);
        if let Some(trace) = body.get_path(&["trace", "guardrail"]) {
            assessment::trace(trace, call);
        }
        if !body.contains_key("usage") {
            call.usage = Usage::default();
        }
        if !body.contains_key("metrics") {
            call.latency.invocation_ms = None;
        }
        if !body.contains_key("stopReason") {
            call.response
                .choices
                .iter_mut()
                .for_each(|choice| choice.stop_reason = None);
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<ConverseError>(error)
    }
}

/// Whether a member of the answer may be missing: the SDK fills in zeros, and a
/// reason that is none of Bedrock's.
fn is_made_up(call: &Call) -> bool {
    let reason = call.response.choices.first();
    let reason = reason.and_then(|choice| choice.stop_reason.as_deref());
    call.usage.input == Some(0)
        || call.latency.invocation_ms == Some(0)
        || reason.is_none_or(|reason| !types::StopReason::values().contains(&reason))
}

/// The request of a Converse call, whichever way it is answered.
#[derive(Debug)]
pub(crate) struct Conversation<'a> {
    pub(crate) model_id: Option<&'a str>,
    pub(crate) messages: &'a [types::Message],
    pub(crate) system: &'a [types::SystemContentBlock],
    pub(crate) inference: Option<&'a types::InferenceConfiguration>,
    pub(crate) tools: Option<&'a types::ToolConfiguration>,
    pub(crate) additional: Option<&'a Document>,
    pub(crate) variables: Option<&'a HashMap<String, types::PromptVariableValues>>,
    pub(crate) performance: Option<&'a types::PerformanceConfiguration>,
    pub(crate) tier: Option<&'a types::ServiceTier>,
    pub(crate) output: Option<&'a types::OutputConfig>,
    /// Id and version.
    pub(crate) guardrail: Option<(&'a str, &'a str)>,
}

/// The conversation in either request: their members are the same, their types
/// are not.
macro_rules! conversation {
    ($input:expr) => {
        $crate::decode::operation::runtime::converse::Conversation {
            model_id: $input.model_id.as_deref(),
            messages: $input.messages(),
            system: $input.system(),
            inference: $input.inference_config.as_ref(),
            tools: $input.tool_config.as_ref(),
            additional: $input.additional_model_request_fields.as_ref(),
            variables: $input.prompt_variables.as_ref(),
            performance: $input.performance_config.as_ref(),
            tier: $input.service_tier.as_ref(),
            output: $input.output_config.as_ref(),
            guardrail: $input.guardrail_config.as_ref().map(|guardrail| {
                let version = guardrail.guardrail_version.as_str();
                (guardrail.guardrail_identifier.as_str(), version)
            }),
        }
    };
}
pub(crate) use conversation;

impl Conversation<'_> {
    pub(crate) fn read(&self, call: &mut Call) {
        call.model = self.model_id.map(str::to_owned);
        if let Some((id, version)) = self.guardrail {
            call.guardrail.id = Some(id.to_owned());
            call.guardrail.version = Some(version.to_owned());
        }
        call.service_tier = self.tier.map(|tier| tier.r#type.as_str().to_owned());
        call.performance_latency = self
            .performance
            .map(|performance| performance.latency.as_str().to_owned());
        self.parameters(&mut call.request);
        let Some(cap) = call.cap() else { return };
        call.system = content::system(self.system, cap);
        call.input = self
            .messages
            .iter()
            .map(|message| content::message(message, Some(cap)))
            .collect();
        call.tools = self
            .tools
            .map(|tools| content::tools(tools, cap))
            .unwrap_or_default();
        for (name, value) in self.variables.into_iter().flatten() {
            if let Some(value) = value
                .as_text()
                .ok()
                .and_then(|text| copy_text(Some(cap), text))
            {
                call.request.prompt_variables.push((name.clone(), value));
            }
        }
    }

    fn parameters(&self, request: &mut Request) {
        if let Some(inference) = self.inference {
            request.max_tokens = inference.max_tokens.map(i64::from);
            request.temperature = inference.temperature.map(widened);
            request.top_p = inference.top_p.map(widened);
            request.stop_sequences = inference.stop_sequences().to_vec();
        }
        if let Some(output) = self.output {
            request.output_type = output.text_format.as_ref().map(|_| "json");
            request.reasoning_level.clone_from(&output.effort);
        }
        if let Some(fields) = self.additional {
            additional(fields, request);
            // Nova takes its own parameters in a further object.
            if let Some(fields) = document::get(fields, "inferenceConfig") {
                additional(fields, request);
            }
        }
    }
}

/// Parameters that a model takes beside Converse's own.
fn additional(fields: &Document, request: &mut Request) {
    let float = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| document::float(document::get(fields, key)?))
    };
    let int = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| document::int(document::get(fields, key)?))
    };
    let known = &mut *request;
    known.temperature = known.temperature.or_else(|| float(&["temperature"]));
    known.top_p = known.top_p.or_else(|| float(&["topP", "top_p", "p"]));
    known.top_k = known.top_k.or_else(|| int(&["topK", "top_k", "k"]));
    known.max_tokens = known
        .max_tokens
        .or_else(|| int(&["maxTokens", "max_tokens", "max_new_tokens"]));
    known.seed = known.seed.or_else(|| int(&["seed"]));
    known.frequency_penalty = known
        .frequency_penalty
        .or_else(|| float(&["frequency_penalty"]));
    known.presence_penalty = known
        .presence_penalty
        .or_else(|| float(&["presence_penalty"]));
    if known.stop_sequences.is_empty() {
        let stop = ["stopSequences", "stop_sequences", "stop"];
        let found = stop.iter().find_map(|key| document::get(fields, key));
        known.stop_sequences = found.map(document::strings).unwrap_or_default();
    }
    if known.reasoning_level.is_none() {
        let level = document::get(fields, "reasoning_effort")
            .or_else(|| {
                document::get(fields, "output_config")
                    .and_then(|config| document::get(config, "effort"))
            })
            .or_else(|| {
                document::get(fields, "reasoningConfig")
                    .and_then(|config| document::get(config, "maxReasoningEffort"))
            });
        known.reasoning_level = level.and_then(Document::as_string).map(str::to_owned);
    }
}

fn tokens(usage: &types::TokenUsage) -> Usage {
    let written = |ttl: &types::CacheTtl| {
        let mut details = usage
            .cache_details()
            .iter()
            .filter(|detail| detail.ttl == *ttl);
        details.next().map(|detail| i64::from(detail.input_tokens))
    };
    Usage {
        input: Some(i64::from(usage.input_tokens)),
        output: Some(i64::from(usage.output_tokens)),
        cache_read: usage.cache_read_input_tokens.map(i64::from),
        cache_write: usage.cache_write_input_tokens.map(i64::from),
        cache_write_5m: written(&types::CacheTtl::FiveMinutes),
        cache_write_1h: written(&types::CacheTtl::OneHour),
        ..Usage::default()
    }
}

/// The shortest decimal of a float, so that 0.2 does not become
/// 0.20000000298023224.
fn widened(float: f32) -> f64 {
    float
        .to_string()
        .parse()
        .unwrap_or_else(|_| f64::from(float))
}
