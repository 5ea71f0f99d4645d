//! A call in flight, and the one place that holds its recording.
//!
//! The SDK's hooks hold it while the call runs. When a response body that has not
//! been read is handed to the caller, that body holds it. The last holder ends it when
//! it is dropped.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_types::config_bag::{Storable, StoreReplace};

use super::response_body::ResponseBody;
use crate::decode::operation::Operation;
use crate::emit::Recording;
use crate::record::Failure;

/// Where a recording is while its call runs.
#[derive(Default)]
pub(crate) struct Slot {
    recording: Mutex<Option<Recording>>,
    /// The body of the last response, once it was read to its end.
    body: Mutex<Option<ResponseBody>>,
    handed_over: AtomicBool,
}

impl Slot {
    /// Works on the recording, unless it has ended. Nothing of the user's runs
    /// in `work`: a lock is held.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .map(work)
    }

    /// Takes the recording out, to end it. There is one, once.
    pub(crate) fn take(&self) -> Option<Recording> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Keeps a response's body until the call ends: an attempt that fails after
    /// it is followed by another.
    pub(crate) fn keep_body(&self, body: ResponseBody) {
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    }

    pub(crate) fn take_body(&self) -> Option<ResponseBody> {
        self.body
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// From now on the body of the response ends the recording.
    pub(crate) fn hand_over(&self) {
        self.handed_over.store(true, Ordering::Release);
    }

    pub(crate) fn is_handed_over(&self) -> bool {
        self.handed_over.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("handed_over", &self.handed_over)
            .finish_non_exhaustive()
    }
}

/// The recording in the SDK's bag for one call, which the SDK drops with the
/// call's future.
#[derive(Debug)]
pub(crate) struct InFlight {
    pub(crate) slot: Arc<Slot>,
    pub(crate) operation: &'static dyn Operation,
    /// Address and length of the typed input's body, which was read already.
    input_body: Option<(usize, usize)>,
    /// Which instrumentation the call belongs to: a client that has two counts
    /// its calls once.
    pub(crate) owner: usize,
}

impl InFlight {
    pub(crate) fn new(
        recording: Recording,
        operation: &'static dyn Operation,
        input_body: Option<&[u8]>,
        owner: usize,
    ) -> Self {
        let recording = Mutex::new(Some(recording));
        Self {
            slot: Arc::new(Slot {
                recording,
                ..Slot::default()
            }),
            operation,
            input_body: input_body.map(address),
            owner,
        }
    }

    /// Whether a body that is sent is the typed input's. The SDK sends that one
    /// without copying it; a copy only means that it is read again.
    pub(crate) fn is_input_body(&self, sent: &[u8]) -> bool {
        self.input_body == Some(address(sent))
    }
}

fn address(body: &[u8]) -> (usize, usize) {
    (body.as_ptr().addr(), body.len())
}

impl Storable for InFlight {
    type Storer = StoreReplace<Self>;
}

impl Drop for InFlight {
    /// No hook runs when the caller drops the future of a call.
    fn drop(&mut self) {
        if self.slot.is_handed_over() {
            return;
        }
        if let Some(recording) = self.slot.take() {
            recording.fail(Failure::cancelled());
        }
    }
}
