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
use crate::record::{CONNECTION, Failure};

/// Observes a body. One that is in memory stays as it is: other interceptors may
/// look into it.
pub(crate) fn observe_response(body: &mut SdkBody, slot: &Arc<Slot>) {
    if body.bytes().is_some() {
        if let Some(copy) = body.try_clone() {
            slot.keep_body(ResponseBody::InMemory(copy));
        }
        return;
    }
    let collector = BodyCollector {
        slot: Arc::clone(slot),
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
        self.slot.keep_body(if self.bytes > MAX_BYTES {
            ResponseBody::TooLarge
        } else {
            ResponseBody::Received(std::mem::take(&mut self.chunks))
        });
        if self.slot.is_handed_over() {
            self.slot.end();
        }
    }

    fn failed(&mut self, error: &(dyn std::error::Error + 'static)) {
        // Before the hand-over, the SDK may try again.
        if self.slot.is_handed_over()
            && let Some(recording) = self.slot.take()
        {
            recording.fail(Failure::new(CONNECTION, Some(error_chain(error))));
        }
    }
}

impl Drop for BodyCollector {
    fn drop(&mut self) {
        if self.slot.is_handed_over() {
            self.slot.end();
        }
    }
}

/// No response of Bedrock is so large.
const MAX_BYTES: usize = 64 << 20;
