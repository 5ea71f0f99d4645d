//! Where spans come from that are not `tracing`'s.

use std::fmt;
use std::sync::Arc;

use opentelemetry::InstrumentationScope;
use opentelemetry::global::{self, BoxedTracer, ObjectSafeTracerProvider};
use opentelemetry::trace::{Span, Tracer, TracerProvider};

/// A user's tracer provider.
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

    /// A tracer of the user's provider, else of the global one.
    pub(crate) fn tracer(tracers: Option<&Self>) -> BoxedTracer {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
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
