//! The body of a response that is not a stream, once it was received.

use std::borrow::Cow;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

/// A body that was received whole.
#[derive(Debug)]
pub(crate) enum ResponseBody {
    InMemory(SdkBody),
    Received(Vec<Bytes>),
}

impl ResponseBody {
    /// The bytes, in one piece.
    pub(crate) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::InMemory(body) => body.bytes().map(Cow::Borrowed),
            Self::Received(chunks) => Some(match chunks.as_slice() {
                [] => Cow::Borrowed(&[]),
                [chunk] => Cow::Borrowed(chunk),
                chunks => Cow::Owned(chunks.concat()),
            }),
        }
    }
}
