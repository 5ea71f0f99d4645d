//! Operations that are told in a few functions: most have ids in the typed
//! request, and JSON both ways.

use std::fmt;
use std::marker::PhantomData;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Operation, ServiceError};
use crate::record::json::Json;
use crate::record::{Call, RpcMethod};

/// An operation by the types of its request and its error.
pub(super) struct Typed<I, E> {
    rpc: RpcMethod,
    operation: Option<&'static str>,
    ids: fn(&I, &mut Call),
    /// `None`: the body is not looked at.
    sent: Option<fn(&Json<'_>, &mut Call)>,
    complete: fn(&Output, &mut Call),
    /// `None`: the body is not looked at.
    answered: Option<fn(&Json<'_>, &mut Call)>,
    /// `None`: the request is no stream.
    sent_event: Option<fn(&str, &Json<'_>, &mut Call)>,
    /// `None`: the answer is no stream.
    event: Option<fn(&str, &Json<'_>, &mut Call)>,
    /// One of the events says that it is the last.
    last_word: bool,
    bytes: bool,
    forwards_context: bool,
    ended: fn(&mut Call),
    error: PhantomData<fn() -> E>,
}

impl<I, E> Typed<I, E> {
    /// An operation without a meaning in the GenAI conventions: its span says
    /// that there was a call, and what further functions tell.
    pub(super) const fn new(service: &'static str, method: &'static str) -> Self {
        Self {
            rpc: RpcMethod::new(service, method),
            operation: None,
            ids: |_, _| {},
            sent: None,
            complete: |_, _| {},
            answered: None,
            sent_event: None,
            event: None,
            last_word: false,
            bytes: false,
            forwards_context: false,
            ended: |_| {},
            error: PhantomData,
        }
    }

    /// What the conventions call it: a value of `gen_ai.operation.name`.
    pub(super) const fn named(mut self, operation: &'static str) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Reads what the span is opened with.
    pub(super) const fn ids(mut self, read: fn(&I, &mut Call)) -> Self {
        self.ids = read;
        self
    }

    /// Reads the body of the request.
    pub(super) const fn sent(mut self, read: fn(&Json<'_>, &mut Call)) -> Self {
        self.sent = Some(read);
        self
    }

    /// Reads the typed answer.
    #[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
    pub(super) const fn complete(mut self, read: fn(&Output, &mut Call)) -> Self {
        self.complete = read;
        self
    }

    /// Reads the body of the answer.
    pub(super) const fn answered(mut self, read: fn(&Json<'_>, &mut Call)) -> Self {
        self.answered = Some(read);
        self
    }

    /// One of the events says that the answer is complete: without it, it is
    /// not, however properly its stream ends.
    pub(super) const fn last_word(mut self) -> Self {
        self.last_word = true;
        self
    }

    /// The request is a stream; reads one of its events.
    pub(super) const fn sent_event(mut self, read: fn(&str, &Json<'_>, &mut Call)) -> Self {
        self.sent_event = Some(read);
        self
    }

    /// The answer is a stream; reads one of its events.
    pub(super) const fn event(mut self, read: fn(&str, &Json<'_>, &mut Call)) -> Self {
        self.event = Some(read);
        self
    }

    /// The answer is a stream of bytes, which are not read.
    #[cfg(feature = "agentcore")]
    pub(super) const fn bytes(mut self) -> Self {
        self.bytes = true;
        self
    }

    /// The service hands the trace of the request on.
    #[cfg(feature = "agentcore")]
    pub(super) const fn forwards_context(mut self) -> Self {
        self.forwards_context = true;
        self
    }

    /// The stream of the answer was read to its end.
    #[cfg(feature = "agent-runtime")]
    pub(super) const fn ended(mut self, end: fn(&mut Call)) -> Self {
        self.ended = end;
        self
    }
}

impl<I, E> Operation for Typed<I, E>
where
    I: fmt::Debug + Send + Sync + 'static,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn rpc(&self) -> RpcMethod {
        self.rpc.clone()
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        let input = input.downcast_ref::<I>()?;
        let mut call = Call::new(self.operation, cap);
        if self.operation.is_none() {
            call.span_name = Some(self.rpc.span_name().into());
        }
        if self.event.is_some() || self.bytes {
            call = call.streaming();
            if let Some(stream) = &mut call.stream {
                stream.completes_at_end = !self.last_word;
                stream.bytes = self.bytes.then_some(0);
                stream.is_bidirectional = self.sent_event.is_some();
            }
        }
        (self.ids)(input, &mut call);
        Some(call)
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        let Some(read) = self.sent else { return };
        match Json::parse(body) {
            Some(body) => read(&body, call),
            None if body.is_empty() => {}
            None => call.note_unreadable("the body of the request is no JSON"),
        }
    }

    fn read_output(&self, output: &Output, call: &mut Call) {
        (self.complete)(output, call);
    }

    fn reads_response(&self) -> bool {
        self.answered.is_some()
    }

    fn read_response(&self, body: &[u8], call: &mut Call) {
        let Some(read) = self.answered else { return };
        match Json::parse(body) {
            Some(body) => read(&body, call),
            None if body.is_empty() => {}
            None => call.note_unreadable("the body of the answer is no JSON"),
        }
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        ServiceError::from_sdk_error::<E>(error)
    }

    fn streams_bytes(&self) -> bool {
        self.bytes
    }

    fn forwards_context(&self) -> bool {
        self.forwards_context
    }

    fn finish_stream(&self, call: &mut Call) {
        (self.ended)(call);
    }

    #[cfg(test)]
    fn is_plain(&self) -> bool {
        self.operation.is_none()
    }

    fn sends_events(&self) -> bool {
        self.sent_event.is_some()
    }

    fn read_request_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        if let (Some(read), Some(event)) = (self.sent_event, Json::parse(payload)) {
            read(name, &event, call);
        }
    }

    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        if let (Some(read), Some(event)) = (self.event, Json::parse(payload)) {
            read(name, &event, call);
        }
    }
}

impl<I, E> fmt::Debug for Typed<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&self.rpc).finish()
    }
}
