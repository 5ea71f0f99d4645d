//! A response body that arrives as a model writes: one event after the other.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::{Sleep, sleep};

use super::reply::Reply;

/// Events, each with the pause before it.
#[derive(Default)]
pub(super) struct Paced {
    events: VecDeque<(Duration, Bytes)>,
    pause: Option<Pin<Box<Sleep>>>,
    /// Time that the next event lets pass beside its own.
    waited: Duration,
}

impl Paced {
    /// Adds an event that leaves together with the one before it.
    pub(super) fn then(self, event: Bytes) -> Self {
        self.after(Duration::ZERO, event)
    }

    /// Adds an event that leaves this long after the one before it.
    pub(super) fn after(mut self, pause: Duration, event: Bytes) -> Self {
        let waited = std::mem::take(&mut self.waited);
        self.events.push_back((waited + pause, event));
        self
    }

    /// Lets time pass before the next event.
    pub(super) fn wait(mut self, pause: Duration) -> Self {
        self.waited += pause;
        self
    }
}

impl From<Paced> for Reply {
    fn from(events: Paced) -> Self {
        Self::Stream(events)
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some((pause, _)) = self.events.front() else {
            return Poll::Ready(None);
        };
        if !pause.is_zero() {
            let pause = *pause;
            let sleeping = self.pause.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(sleeping.as_mut().poll(context));
            self.pause = None;
        }
        let event = self.events.pop_front();
        Poll::Ready(event.map(|(_, bytes)| Ok(Frame::data(bytes))))
    }
}
