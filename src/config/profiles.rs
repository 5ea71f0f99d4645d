//! The models behind inference profiles, as the caller knows them.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A user's closure from ARN to model id.
#[derive(Clone)]
pub(crate) struct Profiles(Arc<Resolve>);

type Resolve = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Profiles {
    pub(crate) fn new(resolve: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(resolve))
    }

    /// The model behind a profile. Where the closure panics, none: the call
    /// must not suffer.
    pub(crate) fn resolved_model(&self, id: &str) -> Option<String> {
        let resolve = AssertUnwindSafe(|| (self.0)(id));
        catch_unwind(resolve).unwrap_or_else(|_| {
            tracing::warn!(target: crate::TARGET, "the resolution of an inference profile panicked");
            None
        })
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profiles(..)")
    }
}
