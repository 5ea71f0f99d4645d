//! The body of a request or a response, observed as it passes.
//!
//! The reader gets the bytes as they arrive: nothing is buffered, delayed or
//! changed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

/// Observes a body while it is read. `end` is called once; after that, or after
/// `failed`, nothing follows. Dropping the observer means that the body is not read further.
pub(crate) trait BodyObserver: Send + Sync + 'static {
    /// Bytes passed to the reader.
    fn data(&mut self, data: &Bytes);

    /// The body ended.
    fn end(&mut self);

    /// The connection failed.
    fn failed(&mut self, error: &(dyn std::error::Error + 'static));
}

pin_project! {
    /// A body that passes another through, and shows an observer what passes.
    pub(crate) struct ObservedBody<O> {
        #[pin]
        inner: SdkBody,
        // `None` once it has seen the end.
        observer: Option<O>,
        ended: bool,
    }
}

impl<O: BodyObserver> ObservedBody<O> {
    pub(crate) fn wrap(inner: SdkBody, observer: O) -> SdkBody {
        SdkBody::from_body_1_x(Self {
            inner,
            observer: Some(observer),
            ended: false,
        })
    }
}

impl<O: BodyObserver> Body for ObservedBody<O> {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut this = self.project();
        // The SDK polls once more after the end, for trailers.
        if *this.ended {
            return Poll::Ready(None);
        }
        let next = ready!(this.inner.as_mut().poll_frame(cx));
        // A reader that knows the body's length polls no further.
        let is_last = this.inner.is_end_stream();
        match &next {
            Some(Ok(frame)) => {
                if let (Some(data), Some(observer)) = (frame.data_ref(), this.observer.as_mut()) {
                    observer.data(data);
                }
                if is_last && let Some(mut observer) = this.observer.take() {
                    observer.end();
                }
            }
            Some(Err(error)) => {
                *this.ended = true;
                if let Some(mut observer) = this.observer.take() {
                    observer.failed(error.as_ref());
                }
            }
            None => {
                *this.ended = true;
                if let Some(mut observer) = this.observer.take() {
                    observer.end();
                }
            }
        }
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.inner)
    }
}
