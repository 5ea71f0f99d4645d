//! The metrics of a finished call.
//!
//! Attributes have low cardinality: none differs from call to call or user to
//! user.
//!
//! Steps of a call are not measured. The tokens of an agent run include those of
//! its steps, so that a sum would count them twice, and step times are measured
//! by the service, not by this client.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Histogram;

use super::emit_context::EmitContext;
use super::operation::{is_inference, resolve_operation};
use super::sinks::{InferenceInstruments, Instruments, LatestTokens, TokenInstruments};
use crate::record::{Call, Failure, Usage};
use crate::semconv;
use crate::semconv::metrics as name;
use crate::semconv::operation;

pub(super) fn record_call(call: &Call, emit_context: &EmitContext, duration: Duration) {
    let Some(instruments) = emit_context.instruments() else {
        return;
    };
    let Some(operation) = resolve_operation(call) else {
        return;
    };
    let mut attributes = common_attributes(call, operation);
    record_attempts(call, &instruments, &mut attributes);
    let inference = is_inference(call);
    if emit_context.settings.track_token_usage {
        record_tokens(
            call,
            operation,
            inference,
            &instruments.tokens,
            &mut attributes,
        );
    }
    if inference {
        record_chunks(call, &instruments.inference, &attributes);
    }
    if let Some(failure) = &call.failure {
        attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.kind.clone()));
    }
    let histogram = if inference {
        &instruments.inference.duration
    } else {
        &instruments.duration
    };
    histogram.record(duration.as_secs_f64(), &attributes);
}

/// The attributes of all metrics of the conventions.
fn common_attributes(call: &Call, operation: &'static str) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(8);
    let mut text = |key, value: &Option<String>| {
        if let Some(value) = value {
            attributes.push(KeyValue::new(key, value.clone()));
        }
    };
    text(semconv::REQUEST_MODEL, &call.model);
    text(semconv::RESPONSE_MODEL, &call.response.model);
    text(semconv::SERVER_ADDRESS, &call.http.server_address);
    attributes.push(KeyValue::new(semconv::OPERATION_NAME, operation));
    let provider = call.origin.provider();
    attributes.extend(provider.map(|it| KeyValue::new(semconv::PROVIDER_NAME, it)));
    if let Some(port) = call.http.server_port {
        attributes.push(KeyValue::new(semconv::SERVER_PORT, port));
    }
    attributes
}

fn record_attempts(call: &Call, instruments: &Instruments, attributes: &mut Vec<KeyValue>) {
    let retries = call.http.attempts.saturating_sub(1);
    if let Some(retries) = u64::try_from(retries).ok().filter(|retries| *retries > 0) {
        instruments.retries.add(retries, attributes);
    }
    for failure in throttling_failures(call) {
        attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.kind.clone()));
        instruments.throttles.add(1, attributes);
        attributes.pop();
    }
    if call.guardrail.has_intervened() {
        let id = call.guardrail.id.clone();
        let id = id.map(|id| KeyValue::new(semconv::GUARDRAIL_ID, id));
        let known = attributes.len();
        attributes.extend(id);
        instruments.guardrail_interventions.add(1, attributes);
        attributes.truncate(known);
    }
}

/// The failures of attempts that were rejected because of a rate limit.
fn throttling_failures(call: &Call) -> impl Iterator<Item = &Failure> {
    let http = &call.http;
    let attempts = http.failed_attempts.iter();
    let attempts = attempts.map(|attempt| (&attempt.failure, attempt.status));
    // A stream may report throttling after an attempt that succeeded.
    let last = http.failed_attempts.last();
    let last_failed = last.is_some_and(|attempt| attempt.number == http.attempts);
    let in_stream = call.failure.as_ref().filter(|_| !last_failed);
    attempts
        .chain(in_stream.map(|failure| (failure, http.status)))
        .filter(|(failure, status)| failure.is_throttling(*status))
        .map(|(failure, _)| failure)
}

/// Records the reported token counts. A missing count is not recorded as 0.
fn record_tokens(
    call: &Call,
    operation: &str,
    inference: bool,
    tokens: &TokenInstruments,
    attributes: &mut Vec<KeyValue>,
) {
    let (input, output) = (
        to_count(call.usage.input_tokens()),
        to_count(call.usage.output),
    );
    match tokens {
        TokenInstruments::Usage(histogram) => {
            for (kind, tokens) in [("input", input), ("output", output)] {
                if let Some(tokens) = tokens {
                    attributes.push(KeyValue::new(name::TOKEN_TYPE, kind));
                    histogram.record(tokens, attributes);
                    attributes.pop();
                }
            }
        }
        TokenInstruments::Latest(latest) if inference => {
            let histograms = [
                (&latest.input_of_call, input),
                (&latest.output_of_call, output),
            ];
            let failure = call.failure.as_ref();
            let error = failure.map(|it| KeyValue::new(semconv::ERROR_TYPE, it.kind.clone()));
            let known = attributes.len();
            attributes.extend(error);
            for (histogram, tokens) in histograms {
                record_if_some(histogram, tokens, attributes);
            }
            attributes.truncate(known);
            record_usage_counters(&call.usage, latest, attributes);
        }
        TokenInstruments::Latest(latest) if operation == operation::EMBEDDINGS => {
            record_if_some(&latest.input_of_embeddings, input, attributes);
        }
        TokenInstruments::Latest(_) => {}
    }
}

/// The modality is `unknown`: Bedrock does not report counts by modality.
fn record_usage_counters(usage: &Usage, latest: &LatestTokens, attributes: &mut Vec<KeyValue>) {
    attributes.push(KeyValue::new(name::TOKEN_MODALITY, "unknown"));
    for (counter, tokens) in [
        (&latest.input, usage.input_tokens()),
        (&latest.output, usage.output),
        (&latest.cache_read, usage.cache_read),
        (&latest.cache_write, usage.cache_write),
        (&latest.reasoning, usage.reasoning),
    ] {
        if let Some(tokens) = to_count(tokens) {
            counter.add(tokens, attributes);
        }
    }
    attributes.pop();
}

fn record_chunks(call: &Call, inference: &InferenceInstruments, attributes: &[KeyValue]) {
    let Some(stream) = call.stream.as_ref().filter(|it| !it.is_bidirectional) else {
        return;
    };
    if let Some(first) = stream.time_to_first_chunk {
        inference
            .time_to_first_chunk
            .record(first.as_secs_f64(), attributes);
    }
    for gap in stream.event_gaps() {
        inference
            .time_per_chunk
            .record(gap.as_secs_f64(), attributes);
    }
}

fn record_if_some(histogram: &Histogram<u64>, tokens: Option<u64>, attributes: &[KeyValue]) {
    if let Some(tokens) = tokens {
        histogram.record(tokens, attributes);
    }
}

/// `None` for a negative count.
fn to_count(tokens: Option<i64>) -> Option<u64> {
    tokens.and_then(|tokens| u64::try_from(tokens).ok())
}
