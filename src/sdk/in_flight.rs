//! A call in flight, and the one place that holds its recording.
//!
//! The SDK's hooks end the recording when the call ends. If the body of the response
//! is still to be read then, it is handed over: the body ends it. A recording that is left
//! ends when the last holder of the slot is dropped.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_types::config_bag::{Storable, StoreReplace};

use super::response_body::ResponseBody;
use crate::decode::operation::Operation;
use crate::emit::Recording;
use crate::record::Failure;

/// Holds the recording of a call until it ends.
pub(crate) struct Slot {
    pub(crate) operation: &'static dyn Operation,
    recording: Mutex<Option<Recording>>,
    /// The body of the last response, once it was read to its end.
    body: Mutex<Option<ResponseBody>>,
    handed_over: AtomicBool,
}

impl Slot {
    /// Works on the recording, unless it has ended. No code of the application runs
    /// in `work`: a lock is held.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .map(work)
    }

    /// Takes the recording out to end it. Only the first caller gets it.
    pub(crate) fn take(&self) -> Option<Recording> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Keeps a response's body until the call ends. The SDK may still try again.
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

    /// Ends a recording whose holders are gone. A stream has its own rules
    /// for its end; a response that was not received whole is a cancelled call.
    pub(crate) fn end(&self) {
        let Some(mut recording) = self.take() else {
            return;
        };
        let body = self.take_body();
        if !self.is_handed_over() {
            recording.fail(Failure::cancelled());
        } else if recording.call.stream.is_some() {
            recording.close();
        } else if let Some(body) = body {
            body.read(self.operation, &mut recording.call);
            recording.close();
        } else {
            recording.fail(Failure::cancelled());
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("operation", &self.operation)
            .field("handed_over", &self.handed_over)
            .finish_non_exhaustive()
    }
}

/// The recording in the SDK's bag for one call, which the SDK drops with the
/// call's future.
#[derive(Debug)]
pub(crate) struct InFlight {
    pub(crate) slot: Arc<Slot>,
    /// The typed input's body, which was read already.
    input_body: Option<BodyId>,
    request_read: AtomicBool,
    /// Which instrumentation the call belongs to: a client that has two counts
    /// its calls once.
    pub(crate) owner: usize,
    /// The other instrumentations of the client, whose decisions about content apply
    /// already.
    others: Vec<usize>,
}

impl InFlight {
    pub(crate) fn new(
        recording: Recording,
        operation: &'static dyn Operation,
        input_body: Option<&[u8]>,
        owner: usize,
    ) -> Self {
        Self {
            slot: Arc::new(Slot {
                operation,
                recording: Mutex::new(Some(recording)),
                body: Mutex::default(),
                handed_over: AtomicBool::default(),
            }),
            input_body: input_body.map(BodyId::new),
            request_read: AtomicBool::default(),
            owner,
            others: Vec::new(),
        }
    }

    /// Whether a body that is sent is the typed input's. The SDK sends that one
    /// without copying it; a copy is only read again.
    pub(crate) fn is_input_body(&self, sent: &[u8]) -> bool {
        self.input_body
            .as_ref()
            .is_some_and(|known| *known == BodyId::new(sent))
    }

    /// Adds another instrumentation of the client. `false` if it is known.
    pub(crate) fn add_instrumentation(&mut self, id: usize) -> bool {
        let is_new = self.owner != id && !self.others.contains(&id);
        if is_new {
            self.others.push(id);
        }
        is_new
    }

    /// Lets the body be read again when it is sent.
    pub(crate) fn forget_input_body(&mut self) {
        self.input_body = None;
    }

    /// `true` for the first attempt: all attempts send the same request.
    pub(crate) fn is_request_unread(&self) -> bool {
        !self.request_read.swap(true, Ordering::Relaxed)
    }
}

impl Storable for InFlight {
    type Storer = StoreReplace<Self>;
}

impl Drop for InFlight {
    /// No hook runs when the caller drops the future of a call.
    fn drop(&mut self) {
        if !self.slot.is_handed_over() {
            self.slot.end();
        }
    }
}

/// Tells a body from another one that may lie at the same address later.
#[derive(Debug, Eq, PartialEq)]
struct BodyId {
    address: usize,
    length: usize,
    ends: u64,
}

impl BodyId {
    fn new(body: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        let first = body.len().min(SAMPLE);
        let last = body.len().saturating_sub(SAMPLE);
        body.get(..first).hash(&mut hasher);
        body.get(last..).hash(&mut hasher);
        Self {
            address: body.as_ptr().addr(),
            length: body.len(),
            ends: hasher.finish(),
        }
    }
}

const SAMPLE: usize = 64;
