//! [`CountedBody`]: a request body that counts the bytes that are sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;

use crate::telemetry::report::counters::Counters;

/// The client takes the bytes of a body only when it has a connection.
pub(super) struct CountedBody {
    body: Full<Bytes>,
    counters: Arc<Counters>,
}

impl CountedBody {
    pub(super) fn new(body: Bytes, counters: &Arc<Counters>) -> Self {
        Self {
            body: Full::new(body),
            counters: Arc::clone(counters),
        }
    }
}

impl Body for CountedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.counters.bytes_sent.add(data.len());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
