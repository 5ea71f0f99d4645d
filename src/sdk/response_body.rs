//! The body of a response that is not a stream, once it was received.

use std::borrow::Cow;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use crate::decode::operation::Operation;
use crate::record::Call;

/// A body that was received whole.
#[derive(Debug)]
pub(crate) enum ResponseBody {
    InMemory(SdkBody),
    Received(Vec<Bytes>),
    TooLarge,
}

impl ResponseBody {
    /// Reads the body into the record of its call.
    pub(crate) fn read(&self, operation: &'static dyn Operation, call: &mut Call) {
        match self {
            Self::InMemory(body) => {
                if let Some(bytes) = body.bytes() {
                    operation.read_response(bytes, call);
                }
            }
            Self::Received(chunks) => operation.read_response(&join_chunks(chunks), call),
            Self::TooLarge => call.note_unreadable("response body is larger than 64 MiB"),
        }
    }

    /// The same, from the SDK's copy of the body if it kept one: the chunks need not
    /// be joined then.
    pub(crate) fn read_preferring(
        self,
        copy: Option<&[u8]>,
        operation: &'static dyn Operation,
        call: &mut Call,
    ) {
        match (self, copy) {
            (Self::Received(chunks), Some(copy)) if length(&chunks) == copy.len() => {
                drop(chunks);
                operation.read_response(copy, call);
            }
            (body, _) => body.read(operation, call),
        }
    }
}

fn length(chunks: &[Bytes]) -> usize {
    chunks.iter().map(Bytes::len).sum()
}

fn join_chunks(chunks: &[Bytes]) -> Cow<'_, [u8]> {
    match chunks {
        [] => Cow::Borrowed(&[]),
        [chunk] => Cow::Borrowed(chunk),
        chunks => Cow::Owned(chunks.concat()),
    }
}
