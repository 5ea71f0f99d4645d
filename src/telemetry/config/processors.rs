//! Further destinations of the telemetry: the application's own processors and
//! readers, beside those of the pipeline.

use std::fmt;

use opentelemetry_sdk::logs::LoggerProviderBuilder;
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use opentelemetry_sdk::trace::TracerProviderBuilder;

use crate::telemetry::export::attribute_filter::AttributeFilter;

type Extension<T> = Box<dyn FnOnce(T) -> T + Send + Sync>;

/// The filter drops attributes before the processor sees the span.
type TracerExtension =
    Box<dyn FnOnce(TracerProviderBuilder, &AttributeFilter) -> TracerProviderBuilder + Send + Sync>;

/// Adds the processors to the builders of the providers.
#[derive(Default)]
pub(crate) struct Processors {
    pub(super) tracers: Vec<TracerExtension>,
    pub(super) meters: Vec<Extension<MeterProviderBuilder>>,
    pub(super) loggers: Vec<Extension<LoggerProviderBuilder>>,
}

impl Processors {
    pub(super) fn extend_tracers(
        &mut self,
        builder: TracerProviderBuilder,
        filter: &AttributeFilter,
    ) -> TracerProviderBuilder {
        let extensions = self.tracers.drain(..);
        extensions.fold(builder, |builder, extend| extend(builder, filter))
    }

    pub(super) fn extend_loggers(
        &mut self,
        builder: LoggerProviderBuilder,
    ) -> LoggerProviderBuilder {
        apply(&mut self.loggers, builder)
    }

    pub(super) fn extend_meters(&mut self, builder: MeterProviderBuilder) -> MeterProviderBuilder {
        apply(&mut self.meters, builder)
    }

    pub(super) fn have_metric_readers(&self) -> bool {
        !self.meters.is_empty()
    }

    pub(super) fn have_log_processors(&self) -> bool {
        !self.loggers.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tracers.is_empty() && self.meters.is_empty() && self.loggers.is_empty()
    }
}

fn apply<T>(extensions: &mut Vec<Extension<T>>, builder: T) -> T {
    let extensions = extensions.drain(..);
    extensions.fold(builder, |builder, extend| extend(builder))
}

impl fmt::Debug for Processors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processors")
            .field("spans", &self.tracers.len())
            .field("metrics", &self.meters.len())
            .field("logs", &self.loggers.len())
            .finish()
    }
}
