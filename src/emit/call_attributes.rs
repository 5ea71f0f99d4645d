//! The attributes of a finished call, except content.

use std::borrow::Cow;

use super::attributes::Attributes;
use super::json::policies_to_json;
use super::operation::is_inference;
use super::settings::Settings;
use crate::record::content::TruncatedText;
use crate::record::model_id::ModelId;
use crate::record::{AttributeValue, Call, FailureMessage, Stream, normalize_finish_reason};
use crate::semconv;

/// Adds the attributes of a call that are neither fields of its span nor content.
/// The most important ones come first, so that a limit on the number of attributes
/// drops others.
pub(super) fn push_call_attributes(
    call: &Call,
    settings: &Settings,
    limit: usize,
    attributes: &mut Attributes,
) {
    push_response(call, attributes);
    push_model(call, attributes);
    if let Some(stream) = &call.stream {
        push_stream(stream, call, settings, attributes);
    }
    if settings.track_token_usage {
        push_usage_details(call, attributes);
    }
    push_request(call, attributes);
    push_service(call, limit, attributes);
    push_extra_attributes(call, attributes);
}

fn push_response(call: &Call, attributes: &mut Attributes) {
    let response = &call.response;
    attributes.push_list(semconv::RESPONSE_FINISH_REASONS, finish_reasons(call));
    let choices = response.choices.iter();
    let raw: Vec<&str> = choices
        .filter_map(|choice| choice.stop_reason.as_deref())
        .collect();
    // The attribute's type must not vary: several reasons are joined.
    let raw = Some(raw.join(",")).filter(|raw| !raw.is_empty());
    attributes.push_if_some(semconv::STOP_REASON, raw);
    attributes.push_text(semconv::STOP_SEQUENCE, response.stop_sequence.as_deref());
    attributes.push_text(semconv::RESPONSE_ID, response.id.as_deref());
    attributes.push_text(semconv::RESPONSE_MODEL, response.model.as_deref());
    attributes.push_if_some(semconv::EMBEDDINGS_DIMENSION_COUNT, response.dimensions);
    let media = &response.media;
    if media.count > 0 || media.bytes > 0 {
        attributes.push(semconv::OUTPUT_MEDIA_COUNT, media.count);
        attributes.push(semconv::OUTPUT_MEDIA_BYTES, media.bytes);
    }
}

/// One reason per candidate. The conventions require `error` if a failure prevented
/// the model from reporting one.
fn finish_reasons(call: &Call) -> Vec<Cow<'static, str>> {
    let missing = call
        .failure
        .as_ref()
        .filter(|_| is_inference(call))
        .map(|_| Cow::Borrowed(semconv::FINISH_REASON_ERROR));
    let choices = call.response.choices.iter();
    let reason = |raw: Option<&str>| raw.map(normalize_finish_reason).or_else(|| missing.clone());
    let reasons = choices.filter_map(|choice| reason(choice.finish_reason()));
    let reasons: Vec<_> = reasons.collect();
    if reasons.is_empty() {
        return missing.into_iter().collect();
    }
    reasons
}

/// Adds what the model id encodes; for a resolved profile, the id of its model.
fn push_model(call: &Call, attributes: &mut Attributes) {
    let Some(id) = call.model.as_deref().map(ModelId::parse) else {
        return;
    };
    if let Some((prompt, version)) = id.prompt() {
        attributes.push(semconv::PROMPT_NAME, prompt.to_owned());
        attributes.push_text(semconv::PROMPT_VERSION, version);
    }
    let resolved = call.resolved_model.as_deref().map(ModelId::parse);
    let model = resolved.unwrap_or(id);
    attributes.push_text(semconv::MODEL_NAME, model.name());
    attributes.push_text(semconv::MODEL_VENDOR, model.vendor());
    attributes.push_if_some(semconv::INFERENCE_PROFILE, id.inference_profile());
}

fn push_stream(stream: &Stream, call: &Call, settings: &Settings, attributes: &mut Attributes) {
    let first = stream.time_to_first_chunk.map(|first| first.as_secs_f64());
    attributes.push_if_some(semconv::RESPONSE_TIME_TO_FIRST_CHUNK, first);
    if call.http.status.is_some_and(|status| status < 300) {
        attributes.push(semconv::STREAM_COMPLETED, stream.completed);
        attributes.push_if_some(semconv::STREAM_BYTES, stream.bytes);
        let events = stream.bytes.is_none() && settings.streaming_events;
        attributes.push_if_some(semconv::STREAM_EVENTS, events.then_some(stream.events));
    }
}

fn push_usage_details(call: &Call, attributes: &mut Attributes) {
    let usage = &call.usage;
    attributes.push_if_some(semconv::USAGE_CACHE_READ_INPUT_TOKENS, usage.cache_read);
    attributes.push_if_some(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, usage.cache_write);
    attributes.push_if_some(semconv::USAGE_CACHE_WRITE_5M, usage.cache_write_5m);
    attributes.push_if_some(semconv::USAGE_CACHE_WRITE_1H, usage.cache_write_1h);
    attributes.push_if_some(semconv::USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning);
}

/// Adds the HTTP and RPC attributes of a call to AWS.
pub(super) fn push_http_attributes(call: &Call, attributes: &mut Attributes) {
    let http = &call.http;
    attributes.push_if_some(semconv::HTTP_RESPONSE_STATUS_CODE, http.status);
    attributes.push_text(semconv::REQUEST_ID, http.request_id.as_deref());
    attributes.push_text(semconv::SERVER_ADDRESS, http.server_address.as_deref());
    attributes.push_if_some(semconv::SERVER_PORT, http.server_port);
    attributes.push(semconv::REQUEST_ATTEMPTS, http.attempts);
    if let Some(rpc) = &call.rpc {
        attributes.push(semconv::RPC_SYSTEM, semconv::RPC_SYSTEM_AWS);
        attributes.push(semconv::RPC_SERVICE, rpc.service.clone());
        attributes.push(semconv::RPC_METHOD, rpc.method.clone());
    }
    if call
        .failure
        .as_ref()
        .is_some_and(|failure| failure.is_throttling(http.status))
    {
        attributes.push(semconv::THROTTLED, true);
    }
}

fn push_extra_attributes(call: &Call, attributes: &mut Attributes) {
    for (name, value) in call.extra_attributes.iter() {
        match value {
            AttributeValue::Bool(value) => attributes.push(name, *value),
            AttributeValue::Float(value) => attributes.push(name, *value),
            AttributeValue::Int(value) => attributes.push(name, *value),
            AttributeValue::Text(value) => attributes.push(name, value.clone()),
            AttributeValue::Texts(values) => attributes.push_list(name, values.iter().cloned()),
        }
    }
}

fn push_request(call: &Call, attributes: &mut Attributes) {
    let request = &call.request;
    attributes.push_if_some(semconv::REQUEST_MAX_TOKENS, request.max_tokens);
    attributes.push_if_some(semconv::REQUEST_TEMPERATURE, request.temperature);
    attributes.push_if_some(semconv::REQUEST_TOP_P, request.top_p);
    attributes.push_if_some(semconv::REQUEST_TOP_K, request.top_k);
    attributes.push_if_some(
        semconv::REQUEST_FREQUENCY_PENALTY,
        request.frequency_penalty,
    );
    attributes.push_if_some(semconv::REQUEST_PRESENCE_PENALTY, request.presence_penalty);
    attributes.push_if_some(semconv::REQUEST_SEED, request.seed);
    let several = request.choice_count.filter(|count| *count != 1);
    attributes.push_if_some(semconv::REQUEST_CHOICE_COUNT, several);
    attributes.push_list(
        semconv::REQUEST_STOP_SEQUENCES,
        request.stop_sequences.iter().cloned(),
    );
    attributes.push_list(
        semconv::REQUEST_ENCODING_FORMATS,
        request.encoding_formats.iter().cloned(),
    );
    attributes.push_if_some(semconv::OUTPUT_TYPE, request.output_type);
    attributes.push_text(
        semconv::REQUEST_REASONING_LEVEL,
        request.reasoning_level.as_deref(),
    );
    // Whether an opaque byte stream is a streamed response is unknown.
    let streams = call.stream.as_ref().filter(|it| it.bytes.is_none());
    attributes.push_if_some(semconv::REQUEST_STREAM, streams.map(|_| true));
}

fn push_service(call: &Call, limit: usize, attributes: &mut Attributes) {
    let guardrail = &call.guardrail;
    attributes.push_text(semconv::GUARDRAIL_ID, guardrail.id.as_deref());
    attributes.push_text(semconv::GUARDRAIL_VERSION, guardrail.version.as_deref());
    attributes.push_text(semconv::GUARDRAIL_ACTION, guardrail.action.as_deref());
    if !guardrail.policies().is_empty() {
        let policies = policies_to_json(guardrail.policies(), limit);
        attributes.push(semconv::GUARDRAIL_POLICIES, policies);
    }
    attributes.push_text(semconv::SERVICE_TIER, call.service_tier.as_deref());
    attributes.push_text(
        semconv::PERFORMANCE_CONFIG_LATENCY,
        call.performance_latency.as_deref(),
    );
    let message = call.job_failure.as_ref().map(FailureMessage::text);
    let message = message.map(|text| TruncatedText::truncate_str(limit, text));
    attributes.push_if_some(semconv::ASYNC_FAILURE_MESSAGE, message);
    attributes.push_if_some(semconv::INVOCATION_LATENCY, call.latency.invocation_ms);
    attributes.push_if_some(semconv::FIRST_BYTE_LATENCY, call.latency.first_byte_ms);
}
