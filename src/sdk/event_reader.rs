//! Observers of event streams: they read the events of a body into its recording.

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

/// Reads the events of a response, and ends the recording with the stream.
#[derive(Debug)]
pub(crate) struct ResponseObserver {
    slot: Arc<Slot>,
    stream: ObservedStream,
}

#[derive(Debug)]
enum ObservedStream {
    /// Bytes in a format of the agent's own: counted, not read.
    Bytes,
    /// Events, and whether their content is read. How the stream ends is read in
    /// any case.
    Events(FrameDecoder, bool),
}

impl ResponseObserver {
    pub(crate) fn new(slot: &Arc<Slot>, reads_events: bool) -> Self {
        Self {
            slot: Arc::clone(slot),
            stream: if slot.operation.streams_bytes() {
                ObservedStream::Bytes
            } else {
                ObservedStream::Events(FrameDecoder::default(), reads_events)
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
        let (decoder, reads) = match &mut self.stream {
            ObservedStream::Bytes => {
                self.slot.with(|recording| {
                    if let Some(stream) = &mut recording.call.stream {
                        stream.record_bytes(data.len(), recording.started);
                    }
                });
                return;
            }
            ObservedStream::Events(decoder, reads) => (decoder, *reads),
        };
        let operation = self.slot.operation;
        let failure = self.slot.with(|recording| {
            let mut failure = None;
            let read = decoder.push(data, |event| {
                let is_skipped = !reads && matches!(event.kind, Kind::Event(_) | Kind::Large);
                if is_skipped {
                    skip_response_event(&event, operation, recording);
                } else if failure.is_none() {
                    failure = read_response_event(&event, operation, recording);
                }
            });
            failure.or_else(|| read.err().map(|_| damaged_stream()))
        });
        if let Some(failure) = failure.flatten() {
            self.fail(failure);
        }
    }

    fn end(&mut self) {
        if matches!(&self.stream, ObservedStream::Events(decoder, _) if decoder.is_inside_frame()) {
            self.fail(damaged_stream());
        } else if let Some(mut recording) = self.slot.take() {
            let was_read = matches!(self.stream, ObservedStream::Events(_, true));
            if let Some(stream) = &mut recording.call.stream {
                // Without reading events, the end of the body completes the stream.
                stream.completed |= stream.completes_at_end || !was_read;
            }
            if was_read {
                self.slot.operation.finish_stream(&mut recording.call);
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
        // Before the hand-over, the SDK may drop a body and try again.
        if self.slot.is_handed_over() {
            self.slot.end();
        }
    }
}

/// Reads the events of a request while the caller sends them. The response ends
/// the recording.
#[derive(Debug)]
pub(crate) struct RequestObserver {
    /// Weak: a strong reference would mean that a response body is to be read.
    slot: Weak<Slot>,
    decoder: FrameDecoder,
}

impl RequestObserver {
    pub(crate) fn new(slot: &Arc<Slot>) -> Self {
        Self {
            slot: Arc::downgrade(slot),
            decoder: FrameDecoder::default(),
        }
    }
}

impl BodyObserver for RequestObserver {
    fn data(&mut self, data: &Bytes) {
        let decoder = &mut self.decoder;
        let Some(slot) = self.slot.upgrade() else {
            return;
        };
        let operation = slot.operation;
        slot.with(|recording| {
            let call = &mut recording.call;
            let read = decoder.push(data, |event| read_request_event(&event, operation, call));
            if read.is_err() {
                call.note_unreadable("request event stream is damaged");
            }
        });
    }

    fn end(&mut self) {}

    fn failed(&mut self, _: &(dyn std::error::Error + 'static)) {}
}

/// Reads one event of a request. A signed request wraps it in another frame.
fn read_request_event(event: &Event<'_>, operation: &'static dyn Operation, call: &mut Call) {
    match event.kind {
        Kind::Event(name) => operation.read_request_event(name, event.payload, call),
        Kind::Envelope => {
            let read = FrameDecoder::default().push(event.payload, |event| {
                if let Kind::Event(name) = event.kind {
                    operation.read_request_event(name, event.payload, call);
                }
            });
            if read.is_err() {
                call.note_unreadable("request event is damaged");
            }
        }
        Kind::Exception(_) | Kind::Error { .. } | Kind::Large => {}
    }
}

/// Reads one event of a response; returns the failure if it is an error.
fn read_response_event(
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
            call.note_unreadable("response event is too large to be read");
            None
        }
        Kind::Envelope => None,
    }
}

/// Reads only what is recorded of every stream.
fn skip_response_event(
    event: &Event<'_>,
    operation: &'static dyn Operation,
    recording: &mut Recording,
) {
    let call = &mut recording.call;
    if let Kind::Event(name) = event.kind {
        operation.read_essential_event(name, event.payload, call);
    }
    if let Some(stream) = &mut call.stream {
        stream.count_unread_event(recording.started);
    }
}

fn damaged_stream() -> Failure {
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
