//! The providers of a pipeline, found through the subscriber of a span.

use std::sync::Arc;

use opentelemetry::metrics::MeterProvider;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Layer;

use super::loggers::Loggers;
use super::tracers::Tracers;

/// The providers of one pipeline. `None` for a signal that the pipeline has no
/// destination for: it is left to the providers of the process.
#[derive(Clone)]
pub(crate) struct Providers {
    pub(super) tracers: Tracers,
    pub(super) meters: Option<Arc<dyn MeterProvider + Send + Sync>>,
    pub(crate) loggers: Option<Loggers>,
}

/// Carries the providers in the subscriber, so that a pipeline whose layer is part
/// of the application's own registry gets all signals, as an installed one does.
/// The layer itself does nothing.
#[derive(Clone)]
pub(crate) struct ProvidersLayer(Arc<Providers>);

#[cfg(feature = "telemetry")]
impl ProvidersLayer {
    pub(crate) fn new(
        tracers: Tracers,
        meters: Option<Arc<dyn MeterProvider + Send + Sync>>,
        loggers: Option<Loggers>,
    ) -> Self {
        Self(Arc::new(Providers {
            tracers,
            meters,
            loggers,
        }))
    }
}

impl<S: Subscriber> Layer<S> for ProvidersLayer {}

impl Providers {
    /// The providers of the pipeline whose layer is part of the subscriber. Layers
    /// inside others are found, except behind a `reload::Layer`.
    pub(crate) fn find(subscriber: &Dispatch) -> Option<Arc<Self>> {
        let layer = subscriber.downcast_ref::<ProvidersLayer>()?;
        Some(Arc::clone(&layer.0))
    }

    /// Those of the current subscriber.
    pub(crate) fn current() -> Option<Arc<Self>> {
        tracing::dispatcher::get_default(Self::find)
    }
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Providers(..)")
    }
}
