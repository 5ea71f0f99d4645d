//! The public layer for inherited attributes.

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::inherited_attributes;

/// The layer that collects inherited attributes, for your own registry.
/// [`Telemetry::layer`](crate::Telemetry::layer) and
/// [`Telemetry::install`](crate::Telemetry::install) include it. It sees only
/// spans of level INFO and above that have such a field, and enables no others.
///
/// ```
/// use nr_bedrock_observability::propagation;
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry()
///     // .with(tracing_opentelemetry::layer().with_tracer(tracer))
///     .with(propagation::layer());
/// # drop(subscriber);
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    inherited_attributes::layer(LevelFilter::INFO)
}
