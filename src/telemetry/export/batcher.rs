//! Requests of a size that the receiver takes.

use std::sync::Arc;
use std::time::Instant;

use super::payload::otlp_payload::Payload;
use super::truncate::request_size::shorten;
use crate::telemetry::delivery::pending_request::{Parcel, wrap};
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal_config::Route;

/// Packs a payload into as few requests as the receiver's limit allows.
pub(crate) fn pack(
    payload: Payload,
    route: &Arc<Route>,
    number: u64,
    counters: &Counters,
) -> Vec<Parcel> {
    let now = Instant::now();
    let empty = Parcel {
        route: Arc::clone(route),
        items: 0,
        body: bytes::Bytes::new(),
        gzip: false,
        number,
        tries: 0,
        not_before: now,
        deadline: now.checked_add(route.deadline).unwrap_or(now),
        problem: String::new(),
    };
    let mut parcels = Vec::new();
    split(payload, route.max_wire, &empty, counters, &mut parcels);
    parcels
}

/// Packs again what a receiver found too large, into requests of at most half
/// the size. None where it is as small as it gets.
pub(crate) fn repack(parcel: &Parcel, counters: &Counters) -> Vec<Parcel> {
    let max = parcel.body.len() / 2;
    let mut parcels = Vec::new();
    if max >= SMALLEST
        && let Some(mut payload) = parcel.open()
    {
        // Half of the items first: of what compresses well half the size is
        // reached with fewer, and then all would be cut to pieces.
        if let Some(second) = payload.halve() {
            counters.add_split();
            let whole = usize::MAX;
            split(payload, whole, parcel, counters, &mut parcels);
            split(second, whole, parcel, counters, &mut parcels);
        } else {
            split(payload, max, parcel, counters, &mut parcels);
        }
    }
    parcels
}

/// In order, without recursion: a batch may have to be halved often.
fn split(payload: Payload, max: usize, like: &Parcel, counters: &Counters, out: &mut Vec<Parcel>) {
    let mut left = vec![payload];
    while let Some(mut payload) = left.pop() {
        if payload.encoded_len() <= MAX_PLAIN {
            let (body, gzip) = wrap(payload.encode(), like.route.gzip);
            if body.len() <= max {
                out.push(Parcel {
                    items: payload.items(),
                    body,
                    gzip,
                    ..like.clone()
                });
                continue;
            }
        }
        if let Some(second) = payload.halve() {
            counters.add_split();
            left.extend([second, payload]);
        } else {
            // One piece, too large on its own: it is sent shortened.
            let to = max.min(MAX_PLAIN);
            shorten(&mut payload, to);
            counters.add_shortened(like.signal(), payload.items());
            let (body, gzip) = wrap(payload.encode(), like.route.gzip);
            out.push(Parcel {
                items: payload.items(),
                body,
                gzip,
                ..like.clone()
            });
        }
    }
}

/// Before compression: what receivers other than New Relic limit, and what
/// bounds the memory that packing takes.
const MAX_PLAIN: usize = 4_000_000;
/// No receiver is expected to refuse a body smaller than this for its size.
const SMALLEST: usize = 1_024;
