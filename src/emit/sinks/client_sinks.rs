//! The sinks of one client.

use std::sync::Arc;

use opentelemetry::global::BoxedTracer;

use super::instruments::Instruments;
use super::loggers::{EventOptions, Loggers};
use super::meters::{MeterOptions, Meters};
use super::providers::Providers;
use super::tracers::Tracers;

/// Where one client's signals are recorded: with its own providers, else those of
/// `pipeline`, which is part of the call's subscriber, else those of the process.
pub(crate) struct Sinks {
    tracers: Option<Tracers>,
    meters: Option<Meters>,
    events: EventOptions,
}

impl Sinks {
    pub(crate) fn new(
        tracers: Option<Tracers>,
        meters: MeterOptions,
        events: EventOptions,
    ) -> Self {
        Self {
            tracers,
            meters: Meters::new(meters),
            events,
        }
    }

    pub(crate) fn tracer(&self, pipeline: Option<&Providers>) -> BoxedTracer {
        let own = self.tracers.as_ref();
        Tracers::tracer(own.or(pipeline.map(|it| &it.tracers)))
    }

    pub(crate) fn wants_metrics(&self) -> bool {
        self.meters.is_some()
    }

    /// `None` if metrics are off.
    pub(crate) fn instruments(&self, pipeline: Option<&Providers>) -> Option<Arc<Instruments>> {
        let meters = self.meters.as_ref()?;
        Some(meters.instruments(pipeline.and_then(|it| it.meters.as_ref())))
    }

    pub(crate) fn wants_events(&self) -> bool {
        self.events.wanted
    }

    /// The loggers for New Relic events. `None` if events are off or no logger
    /// provider is known.
    pub(crate) fn loggers(&self, pipeline: Option<&Providers>) -> Option<Loggers> {
        self.events
            .loggers(pipeline.and_then(|it| it.loggers.as_ref()))
    }
}
