//! Content capture for a part of the application's code.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

/// Where content may be recorded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Places {
    pub(crate) attributes: bool,
    pub(crate) events: bool,
}

impl Places {
    pub(crate) const ALL: Self = Self {
        attributes: true,
        events: true,
    };

    pub(crate) const NONE: Self = Self {
        attributes: false,
        events: false,
    };

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            attributes: self.attributes && other.attributes,
            events: self.events && other.events,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            attributes: self.attributes || other.attributes,
            events: self.events || other.events,
        }
    }

    /// The places of the scope that runs on this thread.
    pub(super) fn of_scope() -> Option<Self> {
        SCOPE.get()
    }
}

thread_local! {
    static SCOPE: Cell<Option<Places>> = const { Cell::new(None) };
}

/// Runs `work` in a scope. Of nested scopes, the stricter decision holds.
pub(crate) fn run_in_scope<T>(places: Places, work: impl FnOnce() -> T) -> T {
    let outer = SCOPE.get();
    SCOPE.set(Some(outer.map_or(places, |outer| outer.and(places))));
    let _outer = Restore(outer);
    work()
}

/// Restores the outer scope, even if the work panics.
struct Restore(Option<Places>);

impl Drop for Restore {
    fn drop(&mut self) {
        SCOPE.set(self.0);
    }
}

pin_project! {
    /// A future that is polled in a scope.
    #[derive(Debug)]
    pub(crate) struct ScopedFuture<F> {
        #[pin]
        future: F,
        places: Places,
    }
}

impl<F> ScopedFuture<F> {
    pub(crate) fn new(places: Places, future: F) -> Self {
        Self { future, places }
    }
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        run_in_scope(*this.places, || this.future.poll(context))
    }
}
