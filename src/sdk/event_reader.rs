//! What a stream's body tells its recording.

use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::event_stream::{Event, FrameDecoder, Kind};
use super::in_flight::Slot;
use super::observed_body::BodyObserver;
use super::sdk_error::error_chain;
use crate::decode::operation::Operation;
use crate::emit::Recording;
use crate::record::json::Json;
use crate::record::{CONNECTION, Call, Failure, OTHER, RESPONSE};

/// Reads the events of one answer into its recording, and ends it.
#[derive(Debug)]
pub(crate) struct ResponseObserver {
    slot: Arc<Slot>,
    operation: &'static dyn Operation,
    passing: Passing,
}

/// What passes, and what is to be told of it.
#[derive(Debug)]
enum Passing {
    /// Bytes of somebody's own making.
    Bytes,
    /// Events, and whether what they say is to be read: how they end is.
    Events(FrameDecoder, bool),
}

impl ResponseObserver {
    pub(crate) fn new(slot: Arc<Slot>, operation: &'static dyn Operation, read: bool) -> Self {
        Self {
            slot,
            operation,
            passing: if operation.streams_bytes() {
                Passing::Bytes
            } else {
                Passing::Events(FrameDecoder::default(), read)
            },
        }
    }

    fn fail(&self, failure: Failure) {
        if let Some(recording) = self.slot.take() {
            recording.fail(failure);
        }
    }
}

impl BodyObserver for ResponseObserver {
    fn data(&mut self, data: &Bytes) {
        let (decoder, reads) = match &mut self.passing {
            Passing::Bytes => {
                self.slot.with(|recording| {
                    if let Some(stream) = &mut recording.call.stream {
                        stream.record_bytes(data.len(), recording.started);
                    }
                });
                return;
            }
            Passing::Events(decoder, reads) => (decoder, *reads),
        };
        let operation = self.operation;
        let failure = self.slot.with(|recording| {
            let mut failure = None;
            let read = decoder.push(data, |event| {
                let is_read = reads || !matches!(event.kind, Kind::Event(_) | Kind::Large);
                if failure.is_none() && is_read {
                    failure = read(&event, operation, recording);
                }
            });
            failure.or_else(|| read.err().map(|_| damaged()))
        });
        if let Some(failure) = failure.flatten() {
            self.fail(failure);
        }
    }

    fn end(&mut self) {
        if matches!(&self.passing, Passing::Events(decoder, _) if decoder.is_inside_frame()) {
            self.fail(damaged());
        } else if let Some(mut recording) = self.slot.take() {
            let was_read = matches!(self.passing, Passing::Events(_, true));
            if let Some(stream) = &mut recording.call.stream {
                // Where nobody looked for the model's last word, the body's end
                // has to do.
                stream.completed |= stream.completes_at_end || !was_read;
            }
            if was_read {
                self.operation.finish_stream(&mut recording.call);
            }
            recording.close();
        }
    }

    fn failed(&mut self, error: &(dyn std::error::Error + 'static)) {
        self.fail(Failure::new(CONNECTION, Some(error_chain(error))));
    }
}

impl Drop for ResponseObserver {
    fn drop(&mut self) {
        // Before the answer is the caller's, the hooks and the bag end it: the
        // SDK may drop a body to try again.
        if !self.slot.is_handed_over() {
            return;
        }
        if let Some(recording) = self.slot.take() {
            recording.close();
        }
    }
}

/// Reads the events of one request, which the caller sends as they come. It
/// ends nothing: the answer does.
#[derive(Debug)]
pub(crate) struct RequestObserver {
    /// Weak: who ends the recording is told by who holds it.
    slot: Weak<Slot>,
    operation: &'static dyn Operation,
    decoder: FrameDecoder,
}

impl RequestObserver {
    pub(crate) fn new(slot: &Arc<Slot>, operation: &'static dyn Operation) -> Self {
        Self {
            slot: Arc::downgrade(slot),
            operation,
            decoder: FrameDecoder::default(),
        }
    }
}

impl BodyObserver for RequestObserver {
    fn data(&mut self, data: &Bytes) {
        let (operation, decoder) = (self.operation, &mut self.decoder);
        let Some(slot) = self.slot.upgrade() else {
            return;
        };
        slot.with(|recording| {
            let call = &mut recording.call;
            let read = decoder.push(data, |event| sent(&event, operation, call));
            if read.is_err() {
                call.note_unreadable("the event stream of the request is damaged");
            }
        });
    }

    fn end(&mut self) {}

    fn failed(&mut self, _: &(dyn std::error::Error + 'static)) {}
}

/// Reads one event of a request, out of the frame that signs it where there is
/// one.
fn sent(event: &Event<'_>, operation: &'static dyn Operation, call: &mut Call) {
    match event.kind {
        Kind::Event(name) => operation.read_request_event(name, event.payload, call),
        Kind::Envelope => {
            let read = FrameDecoder::default().push(event.payload, |event| {
                if let Kind::Event(name) = event.kind {
                    operation.read_request_event(name, event.payload, call);
                }
            });
            if read.is_err() {
                call.note_unreadable("an event of the request is damaged");
            }
        }
        Kind::Exception(_) | Kind::Error { .. } | Kind::Large => {}
    }
}

/// Reads one event; gives what it failed with, if it is an error.
fn read(
    event: &Event<'_>,
    operation: &'static dyn Operation,
    recording: &mut Recording,
) -> Option<Failure> {
    let call = &mut recording.call;
    match event.kind {
        Kind::Event(name) => {
            if let Some(stream) = &mut call.stream {
                stream.record_event(recording.started);
            }
            operation.read_response_event(name, event.payload, call);
            None
        }
        Kind::Exception(name) => {
            let body = Json::parse(event.payload);
            let message = body.and_then(|body| body.get_string("message"));
            Some(Failure::new(pascal_case(name), message))
        }
        Kind::Error { code, message } => {
            let code = if code.is_empty() { OTHER } else { code };
            Some(Failure::new(code.to_owned(), Some(message.to_owned())))
        }
        Kind::Large => {
            if let Some(stream) = &mut call.stream {
                stream.record_event(recording.started);
            }
            call.note_unreadable("an event of the answer is too large to be read");
            None
        }
        Kind::Envelope => None,
    }
}

fn damaged() -> Failure {
    Failure::new(RESPONSE, Some("the event stream is damaged".to_owned()))
}

/// `throttlingException` on the wire is `ThrottlingException` everywhere else.
fn pascal_case(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => OTHER.to_owned(),
    }
}
