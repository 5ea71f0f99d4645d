//! The tracer provider of the options or of the process, for spans that are not
//! `tracing` spans.

use std::fmt;
use std::sync::Arc;

use opentelemetry::global::{self, BoxedTracer, ObjectSafeTracerProvider};
use opentelemetry::trace::{Span, Tracer, TracerProvider};

use super::scope::instrumentation_scope;

/// The tracer provider of the options.
#[derive(Clone)]
pub(crate) struct Tracers(Arc<dyn ObjectSafeTracerProvider + Send + Sync>);

impl Tracers {
    pub(crate) fn new<P, T, S>(provider: P) -> Self
    where
        S: Span + Send + Sync + 'static,
        T: Tracer<Span = S> + Send + Sync + 'static,
        P: TracerProvider<Tracer = T> + Send + Sync + 'static,
    {
        Self(Arc::new(provider))
    }

    /// A tracer of this provider, or else of the global one.
    pub(crate) fn tracer(tracers: Option<&Self>) -> BoxedTracer {
        let scope = instrumentation_scope();
        match tracers {
            Some(Self(provider)) => BoxedTracer::new(provider.boxed_tracer(scope)),
            None => global::tracer_with_scope(scope),
        }
    }
}

impl fmt::Debug for Tracers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tracers(..)")
    }
}
