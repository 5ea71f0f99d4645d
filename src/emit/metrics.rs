//! The metrics of a finished call.
//!
//! Their attributes are few and have few values: nothing that differs from call
//! to call, or from user to user, is among them.
//!
//! The steps that the service took for a call are not measured on their own. An
//! agent's tokens are those of all its models, as on its span: with its steps
//! counted beside it, a sum would have them twice. And the steps' times are the
//! service's, not what this client saw.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Histogram;

use super::sinks::{Inference, Instruments, LatestTokens, Tokens};
use crate::config::Settings;
use crate::record::{Call, Failure, Usage};
use crate::semconv;
use crate::semconv::metrics as name;
use crate::semconv::operation;

pub(super) fn record(call: &Call, settings: &Settings, took: Duration) {
    let Some(instruments) = settings.instruments() else {
        return;
    };
    // What has a name of its own and no operation is no matter of models, such as
    // `CreateSession`; what has neither failed before its answer told.
    let operation = match (call.operation, &call.span_name) {
        (Some(operation), _) => operation,
        (None, None) => operation::CHAT,
        (None, Some(_)) => return,
    };
    let mut attributes = of(call, operation);
    calls(call, &instruments, &mut attributes);
    let inference = INFERENCE.contains(&operation);
    if settings.track_token_usage {
        tokens(
            call,
            operation,
            inference,
            &instruments.tokens,
            &mut attributes,
        );
    }
    if inference {
        chunks(call, &instruments.inference, &attributes);
    }
    if let Some(failure) = &call.failure {
        attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.kind.clone()));
    }
    let duration = if inference {
        &instruments.inference.duration
    } else {
        &instruments.duration
    };
    duration.record(took.as_secs_f64(), &attributes);
}

/// What all metrics of the conventions carry.
fn of(call: &Call, operation: &'static str) -> Vec<KeyValue> {
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

fn calls(call: &Call, instruments: &Instruments, attributes: &mut Vec<KeyValue>) {
    let retries = call.http.attempts.saturating_sub(1);
    if let Some(retries) = u64::try_from(retries).ok().filter(|retries| *retries > 0) {
        instruments.retries.add(retries, attributes);
    }
    for failure in throttles(call) {
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

/// What attempts failed with that were turned away because of their rate.
fn throttles(call: &Call) -> impl Iterator<Item = &Failure> {
    let http = &call.http;
    let attempts = http.failed_attempts.iter();
    let attempts = attempts.map(|attempt| (&attempt.failure, attempt.status));
    // Inside a stream, after an attempt that did not fail, the service may still
    // say so.
    let last = http.failed_attempts.last();
    let failed = last.is_some_and(|attempt| attempt.number == http.attempts);
    let told = call.failure.as_ref().filter(|_| !failed);
    attempts
        .chain(told.map(|failure| (failure, http.status)))
        .filter(|(failure, status)| failure.is_throttling(*status))
        .map(|(failure, _)| failure)
}

/// What the service counted; what it did not say is not recorded as 0.
fn tokens(
    call: &Call,
    operation: &str,
    inference: bool,
    tokens: &Tokens,
    attributes: &mut Vec<KeyValue>,
) {
    let (input, output) = (count(call.usage.input_tokens()), count(call.usage.output));
    match tokens {
        Tokens::Usage(histogram) => {
            for (kind, tokens) in [("input", input), ("output", output)] {
                if let Some(tokens) = tokens {
                    attributes.push(KeyValue::new(name::TOKEN_TYPE, kind));
                    histogram.record(tokens, attributes);
                    attributes.pop();
                }
            }
        }
        Tokens::Latest(latest) if inference => {
            let histograms = [
                (&latest.input_of_call, input),
                (&latest.output_of_call, output),
            ];
            let failure = call.failure.as_ref();
            let error = failure.map(|it| KeyValue::new(semconv::ERROR_TYPE, it.kind.clone()));
            let known = attributes.len();
            attributes.extend(error);
            for (histogram, tokens) in histograms {
                record_some(histogram, tokens, attributes);
            }
            attributes.truncate(known);
            paid(&call.usage, latest, attributes);
        }
        Tokens::Latest(latest) if operation == operation::EMBEDDINGS => {
            record_some(&latest.input_of_embeddings, input, attributes);
        }
        Tokens::Latest(_) => {}
    }
}

/// Bedrock does not break its counts down by modality.
fn paid(usage: &Usage, latest: &LatestTokens, attributes: &mut Vec<KeyValue>) {
    attributes.push(KeyValue::new(name::TOKEN_MODALITY, "unknown"));
    for (counter, tokens) in [
        (&latest.input, usage.input_tokens()),
        (&latest.output, usage.output),
        (&latest.cache_read, usage.cache_read),
        (&latest.cache_write, usage.cache_write),
        (&latest.reasoning, usage.reasoning),
    ] {
        if let Some(tokens) = count(tokens) {
            counter.add(tokens, attributes);
        }
    }
    attributes.pop();
}

fn chunks(call: &Call, inference: &Inference, attributes: &[KeyValue]) {
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

fn record_some(histogram: &Histogram<u64>, tokens: Option<u64>, attributes: &[KeyValue]) {
    if let Some(tokens) = tokens {
        histogram.record(tokens, attributes);
    }
}

/// A count below 0 is none.
fn count(tokens: Option<i64>) -> Option<u64> {
    tokens.and_then(|tokens| u64::try_from(tokens).ok())
}

/// Operations that are inference in the sense of the conventions.
const INFERENCE: [&str; 3] = [
    operation::CHAT,
    operation::GENERATE_CONTENT,
    operation::TEXT_COMPLETION,
];
