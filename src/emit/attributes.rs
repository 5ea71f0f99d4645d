//! The attributes of a finished call that are not its content.

use std::borrow::Cow;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::json;
use crate::config::Settings;
use crate::record::content::TruncatedText;
use crate::record::model_id::ModelId;
use crate::record::{
    AttributeValue, Call, Failure, FailureMessage, Stream, normalize_finish_reason,
};
use crate::semconv;
use crate::semconv::operation;

/// A batch of attributes: what is absent is left out, 0 is not.
#[derive(Debug)]
pub(super) struct Attributes(Vec<KeyValue>);

impl Attributes {
    pub(super) fn new(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    pub(super) fn into_inner(self) -> Vec<KeyValue> {
        self.0
    }

    pub(super) fn put(&mut self, key: &'static str, value: impl Into<Value>) {
        self.0.push(KeyValue::new(key, value));
    }

    pub(super) fn some(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(super) fn text(&mut self, key: &'static str, value: Option<&str>) {
        self.some(key, value.map(str::to_owned));
    }

    pub(super) fn list<T: Into<StringValue>>(
        &mut self,
        key: &'static str,
        values: impl IntoIterator<Item = T>,
    ) {
        let values: Vec<StringValue> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.put(key, Value::Array(Array::String(values)));
        }
    }

    /// Adds those whose names are not taken: the SDK keeps two values of one name,
    /// of which no backend knows what to make.
    pub(super) fn complete(&mut self, more: &[KeyValue], taken: &[&str]) {
        for attribute in more {
            let is_taken = taken.contains(&attribute.key.as_str())
                || self.0.iter().any(|known| known.key == attribute.key);
            if !is_taken {
                self.0.push(attribute.clone());
            }
        }
    }

    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = KeyValue>) {
        self.0.extend(more);
    }
}

/// All but the names that the span was opened with, those that are recorded as
/// its fields and the client's own. The most important ones first: a limit on
/// the number of attributes must not cost them.
pub(super) fn of(call: &Call, settings: &Settings, attributes: &mut Attributes) {
    response(call, attributes);
    model(call, attributes);
    if let Some(stream) = &call.stream {
        streamed(stream, call, settings, attributes);
    }
    if settings.track_token_usage {
        cache(call, attributes);
    }
    request(call, attributes);
    service(call, settings, attributes);
    extra_attributes(call, attributes);
}

fn response(call: &Call, attributes: &mut Attributes) {
    let response = &call.response;
    attributes.list(semconv::RESPONSE_FINISH_REASONS, finish_reasons(call));
    let choices = response.choices.iter();
    let raw: Vec<&str> = choices
        .filter_map(|choice| choice.stop_reason.as_deref())
        .collect();
    // One type for one name: several are one text.
    let raw = Some(raw.join(",")).filter(|raw| !raw.is_empty());
    attributes.some(semconv::STOP_REASON, raw);
    attributes.text(semconv::STOP_SEQUENCE, response.stop_sequence.as_deref());
    attributes.text(semconv::RESPONSE_ID, response.id.as_deref());
    attributes.text(semconv::RESPONSE_MODEL, response.model.as_deref());
    attributes.some(semconv::EMBEDDINGS_DIMENSION_COUNT, response.dimensions);
    let media = &response.media;
    if media.count > 0 || media.bytes > 0 {
        attributes.put(semconv::OUTPUT_MEDIA_COUNT, media.count);
        attributes.put(semconv::OUTPUT_MEDIA_BYTES, media.bytes);
    }
}

/// One for each candidate. The conventions ask for `error` where a failure kept
/// the model from giving one.
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

pub(super) fn is_inference(call: &Call) -> bool {
    match call.operation {
        Some(operation) => INFERENCE.contains(&operation),
        // Only the answer would have told.
        None => call.span_name.is_none(),
    }
}

/// What the id of the model tells, or that of the model behind it.
fn model(call: &Call, attributes: &mut Attributes) {
    let Some(id) = call.model.as_deref().map(ModelId::parse) else {
        return;
    };
    if let Some((prompt, version)) = id.prompt() {
        attributes.put(semconv::PROMPT_NAME, prompt.to_owned());
        attributes.text(semconv::PROMPT_VERSION, version);
    }
    let behind = call.resolved_model.as_deref().map(ModelId::parse);
    let model = behind.unwrap_or(id);
    attributes.text(semconv::MODEL_NAME, model.name());
    attributes.text(semconv::MODEL_VENDOR, model.vendor());
    attributes.some(semconv::INFERENCE_PROFILE, id.inference_profile());
}

fn streamed(stream: &Stream, call: &Call, settings: &Settings, attributes: &mut Attributes) {
    let first = stream.time_to_first_chunk.map(|first| first.as_secs_f64());
    attributes.some(semconv::RESPONSE_TIME_TO_FIRST_CHUNK, first);
    if call.http.status.is_some_and(|status| status < 300) {
        attributes.put(semconv::STREAM_COMPLETED, stream.completed);
        attributes.some(semconv::STREAM_BYTES, stream.bytes);
        let events = stream.bytes.is_none() && settings.streaming_events;
        attributes.some(semconv::STREAM_EVENTS, events.then_some(stream.events));
    }
}

fn cache(call: &Call, attributes: &mut Attributes) {
    let usage = &call.usage;
    attributes.some(semconv::USAGE_CACHE_READ_INPUT_TOKENS, usage.cache_read);
    attributes.some(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, usage.cache_write);
    attributes.some(semconv::USAGE_CACHE_WRITE_5M, usage.cache_write_5m);
    attributes.some(semconv::USAGE_CACHE_WRITE_1H, usage.cache_write_1h);
    attributes.some(semconv::USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning);
}

/// What holds for a call over the network.
pub(super) fn http(call: &Call, attributes: &mut Attributes) {
    let http = &call.http;
    attributes.some(semconv::HTTP_RESPONSE_STATUS_CODE, http.status);
    attributes.text(semconv::REQUEST_ID, http.request_id.as_deref());
    attributes.text(semconv::SERVER_ADDRESS, http.server_address.as_deref());
    attributes.some(semconv::SERVER_PORT, http.server_port);
    attributes.put(semconv::REQUEST_ATTEMPTS, http.attempts);
    if let Some(rpc) = &call.rpc {
        attributes.put(semconv::RPC_SYSTEM, semconv::RPC_SYSTEM_AWS);
        attributes.put(semconv::RPC_SERVICE, rpc.service.clone());
        attributes.put(semconv::RPC_METHOD, rpc.method.clone());
    }
    if call
        .failure
        .as_ref()
        .is_some_and(|failure: &Failure| failure.is_throttling(http.status))
    {
        attributes.put(semconv::THROTTLED, true);
    }
}

fn extra_attributes(call: &Call, attributes: &mut Attributes) {
    for (name, fact) in call.extra_attributes.iter() {
        match fact {
            AttributeValue::Bool(value) => attributes.put(name, *value),
            AttributeValue::Float(value) => attributes.put(name, *value),
            AttributeValue::Int(value) => attributes.put(name, *value),
            AttributeValue::Text(value) => attributes.put(name, value.clone()),
            AttributeValue::Texts(values) => attributes.list(name, values.iter().cloned()),
        }
    }
}

fn request(call: &Call, attributes: &mut Attributes) {
    let request = &call.request;
    attributes.some(semconv::REQUEST_MAX_TOKENS, request.max_tokens);
    attributes.some(semconv::REQUEST_TEMPERATURE, request.temperature);
    attributes.some(semconv::REQUEST_TOP_P, request.top_p);
    attributes.some(semconv::REQUEST_TOP_K, request.top_k);
    attributes.some(
        semconv::REQUEST_FREQUENCY_PENALTY,
        request.frequency_penalty,
    );
    attributes.some(semconv::REQUEST_PRESENCE_PENALTY, request.presence_penalty);
    attributes.some(semconv::REQUEST_SEED, request.seed);
    let several = request.choice_count.filter(|count| *count != 1);
    attributes.some(semconv::REQUEST_CHOICE_COUNT, several);
    attributes.list(
        semconv::REQUEST_STOP_SEQUENCES,
        request.stop_sequences.iter().cloned(),
    );
    attributes.list(
        semconv::REQUEST_ENCODING_FORMATS,
        request.encoding_formats.iter().cloned(),
    );
    attributes.some(semconv::OUTPUT_TYPE, request.output_type);
    attributes.text(
        semconv::REQUEST_REASONING_LEVEL,
        request.reasoning_level.as_deref(),
    );
    // Whether bytes are the pieces of an answer, only their maker knows.
    let streams = call.stream.as_ref().filter(|it| it.bytes.is_none());
    attributes.some(semconv::REQUEST_STREAM, streams.map(|_| true));
}

fn service(call: &Call, settings: &Settings, attributes: &mut Attributes) {
    let guardrail = &call.guardrail;
    attributes.text(semconv::GUARDRAIL_ID, guardrail.id.as_deref());
    attributes.text(semconv::GUARDRAIL_VERSION, guardrail.version.as_deref());
    attributes.text(semconv::GUARDRAIL_ACTION, guardrail.action.as_deref());
    if !guardrail.policies().is_empty() {
        let policies = json::policies(guardrail.policies(), settings.capture.limit);
        attributes.put(semconv::GUARDRAIL_POLICIES, policies);
    }
    attributes.text(semconv::SERVICE_TIER, call.service_tier.as_deref());
    attributes.text(
        semconv::PERFORMANCE_CONFIG_LATENCY,
        call.performance_latency.as_deref(),
    );
    let limit = settings.capture.limit;
    let message = call.job_failure.as_ref().map(FailureMessage::text);
    let message = message.map(|text| TruncatedText::truncate_str(limit, text));
    attributes.some(semconv::ASYNC_FAILURE_MESSAGE, message);
    attributes.some(semconv::INVOCATION_LATENCY, call.latency.invocation_ms);
    attributes.some(semconv::FIRST_BYTE_LATENCY, call.latency.first_byte_ms);
}

/// The operations that end with a reason.
const INFERENCE: &[&str] = &[
    operation::CHAT,
    operation::GENERATE_CONTENT,
    operation::TEXT_COMPLETION,
];
