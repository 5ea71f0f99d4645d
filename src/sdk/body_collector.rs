//! The body of a response that is not a stream, observed on its way.
//!
//! The SDK reads such a body before it answers the caller. Another interceptor may
//! take it away and read it later, or never.

use std::sync::Arc;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use super::in_flight::Slot;
use super::observed_body::{BodyObserver, ObservedBody};
use super::response_body::ResponseBody;
use super::sdk_error::error_chain;
use crate::decode::operation::Operation;
use crate::emit::Recording;
use crate::record::{CONNECTION, Failure};

/// Reads a body into the record of its call.
pub(crate) fn read_response(
    body: &ResponseBody,
    operation: &'static dyn Operation,
    recording: &mut Recording,
) {
    if let Some(bytes) = body.bytes() {
        operation.read_response(&bytes, &mut recording.call);
    }
}

/// Observes a body. One that is in memory stays as it is: other interceptors may
/// look into it.
pub(crate) fn observe_response(
    body: &mut SdkBody,
    slot: &Arc<Slot>,
    operation: &'static dyn Operation,
) {
    if body.bytes().is_some() {
        if let Some(copy) = body.try_clone() {
            slot.keep_body(ResponseBody::InMemory(copy));
        }
        return;
    }
    let collector = BodyCollector {
        slot: Arc::clone(slot),
        operation,
        chunks: Vec::new(),
        bytes: 0,
    };
    let received = std::mem::replace(body, SdkBody::taken());
    *body = ObservedBody::wrap(received, collector);
}

/// Keeps what passes, without copying it.
#[derive(Debug)]
struct BodyCollector {
    slot: Arc<Slot>,
    operation: &'static dyn Operation,
    chunks: Vec<Bytes>,
    bytes: usize,
}

impl BodyObserver for BodyCollector {
    fn data(&mut self, data: &Bytes) {
        self.bytes = self.bytes.saturating_add(data.len());
        if self.bytes <= MAX_BYTES {
            self.chunks.push(data.clone());
        } else {
            self.chunks = Vec::new();
        }
    }

    fn end(&mut self) {
        if self.bytes > MAX_BYTES {
            self.slot.with(|recording| {
                recording
                    .call
                    .note_unreadable("response body is larger than 64 MiB");
            });
        } else {
            let chunks = std::mem::take(&mut self.chunks);
            self.slot.keep_body(ResponseBody::Received(chunks));
        }
        self.finish_if_handed_over();
    }

    fn failed(&mut self, error: &(dyn std::error::Error + 'static)) {
        // Before that, the SDK may try again.
        if self.slot.is_handed_over()
            && let Some(recording) = self.slot.take()
        {
            recording.fail(Failure::new(CONNECTION, Some(error_chain(error))));
        }
    }
}

impl BodyCollector {
    fn finish_if_handed_over(&self) {
        if !self.slot.is_handed_over() {
            return;
        }
        if let Some(mut recording) = self.slot.take() {
            if let Some(body) = self.slot.take_body() {
                read_response(&body, self.operation, &mut recording);
            }
            recording.finish();
        }
    }
}

impl Drop for BodyCollector {
    fn drop(&mut self) {
        self.finish_if_handed_over();
    }
}

/// No response of Bedrock is so large.
const MAX_BYTES: usize = 64 << 20;
