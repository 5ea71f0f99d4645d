//! Splits payloads into requests of a size that the receiver accepts.

use std::sync::Arc;

use super::payload::compression::{decode_body, encode_body};
use super::payload::otlp_payload::OtlpPayload;
use super::truncate::request_size::truncate_to_size;
use crate::telemetry::delivery::pending_request::PendingRequest;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal_config::SignalConfig;

/// Encodes a payload into as few requests as the receiver's limit allows.
pub(crate) fn build_requests(
    payload: OtlpPayload,
    config: &Arc<SignalConfig>,
    sequence: u64,
    counters: &Counters,
) -> Vec<PendingRequest> {
    let template = PendingRequest::new(Arc::clone(config), sequence);
    let mut requests = Vec::new();
    let max = config.max_request_bytes;
    push_requests(payload, max, &template, counters, &mut requests);
    requests
}

/// Splits a request that the receiver found too large. Returns nothing if it cannot
/// become smaller.
pub(crate) fn split_request(request: &PendingRequest, counters: &Counters) -> Vec<PendingRequest> {
    let max = request.body.len() / 2;
    let mut requests = Vec::new();
    if max >= MIN_REJECTED_BYTES
        && let Some(mut payload) = decode_body(request.signal(), &request.body, request.compression)
    {
        // First by items: items that compress well reach half the size only when
        // few are left, which would split the request into many small ones.
        if let Some(second) = payload.split_half() {
            counters.split.add(1_u64);
            for half in [payload, second] {
                push_requests(half, usize::MAX, request, counters, &mut requests);
            }
        } else {
            push_requests(payload, max, request, counters, &mut requests);
        }
    }
    requests
}

/// In order, and without recursion: a batch may have to be halved many times.
fn push_requests(
    payload: OtlpPayload,
    max: usize,
    template: &PendingRequest,
    counters: &Counters,
    out: &mut Vec<PendingRequest>,
) {
    let mut remaining = vec![payload];
    while let Some(mut payload) = remaining.pop() {
        if payload.encoded_len() <= MAX_UNCOMPRESSED_BYTES {
            let request = encode_request(&payload, template);
            if request.body.len() <= max {
                out.push(request);
                continue;
            }
        }
        if let Some(second) = payload.split_half() {
            counters.split.add(1_u64);
            remaining.extend([second, payload]);
        } else {
            // A single item that is too large is sent with its texts truncated.
            truncate_to_size(&mut payload, max.min(MAX_UNCOMPRESSED_BYTES));
            let shortened = &counters.signal(template.signal()).shortened;
            shortened.add(payload.count_items());
            out.push(encode_request(&payload, template));
        }
    }
}

fn encode_request(payload: &OtlpPayload, template: &PendingRequest) -> PendingRequest {
    let (body, compression) = encode_body(payload, template.config.compression);
    PendingRequest {
        items: payload.count_items(),
        body,
        compression,
        ..template.clone()
    }
}

/// Receivers other than New Relic limit the uncompressed size. Also bounds the
/// memory that encoding takes.
const MAX_UNCOMPRESSED_BYTES: usize = 4_000_000;
/// No receiver is expected to reject a smaller body for its size.
const MIN_REJECTED_BYTES: usize = 1_024;
