//! The sinks of one client.

use std::sync::Arc;

use opentelemetry::global::BoxedTracer;

use super::instruments::Instruments;
use super::loggers::{EventOptions, Loggers};
use super::meters::{MeterOptions, Meters};
use super::tracers::Tracers;

/// Where one client's signals are recorded.
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
        events.announce();
        Self {
            tracers,
            meters: Meters::new(meters),
            events,
        }
    }

    pub(crate) fn tracer(&self) -> BoxedTracer {
        Tracers::tracer(self.tracers.as_ref())
    }

    pub(crate) fn wants_metrics(&self) -> bool {
        self.meters.is_some()
    }

    /// `None` if metrics are off.
    pub(crate) fn instruments(&self) -> Option<Arc<Instruments>> {
        self.meters.as_ref().map(Meters::instruments)
    }

    pub(crate) fn wants_events(&self) -> bool {
        self.events.wanted
    }

    /// The loggers for New Relic events. `None` if events are off or no logger
    /// provider is known.
    pub(crate) fn loggers(&self) -> Option<Loggers> {
        self.events.loggers()
    }
}
