//! Closures that the application passes to the crate.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A closure set through an option. A panic inside it is caught, so that it
/// cannot fail the instrumented call.
pub(crate) struct UserClosure<F: ?Sized> {
    /// The option that set the closure, for the log.
    option: &'static str,
    closure: Arc<F>,
}

impl<F: ?Sized> UserClosure<F> {
    pub(crate) fn new(option: &'static str, closure: Arc<F>) -> Self {
        Self { option, closure }
    }

    /// Whether both are the same closure, not only equal ones.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.closure, &other.closure)
    }

    /// Calls the closure; `None` if it panicked.
    pub(crate) fn call<T>(&self, call: impl FnOnce(&F) -> T) -> Option<T> {
        catch_panic(self.option, || call(&self.closure))
    }
}

/// Runs a closure of the application; `None` if it panicked, which is logged.
pub(crate) fn catch_panic<T>(closure: &'static str, run: impl FnOnce() -> T) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(run));
    if result.is_err() {
        tracing::warn!(target: crate::TARGET, closure, "a closure of the application panicked");
    }
    result.ok()
}

impl<F: ?Sized> Clone for UserClosure<F> {
    fn clone(&self) -> Self {
        Self::new(self.option, Arc::clone(&self.closure))
    }
}

impl<F: ?Sized> fmt::Debug for UserClosure<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(..)", self.option)
    }
}
