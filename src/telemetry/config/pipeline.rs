//! From settings to a running pipeline.

use std::sync::Arc;

use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{InstrumentationScope, global};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::builder::Telemetry;
use super::destination::{Destination, resolve_destination};
use super::guard::{Pipeline, TelemetryGuard};
use super::layer::layer;
#[cfg(feature = "logs")]
use super::layer::logs as logs_layer;
use super::metrics;
use super::resource::resolve_resource;
use super::sampler::resolve_sampler;
use crate::Error;
use crate::emit::sinks::Loggers;
use crate::telemetry::console::processor::Console;
use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::export::exporter::Doorway;
use crate::telemetry::export::queue::Queue;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::diagnostics::{Warning, notices};
use crate::telemetry::signal_config::Route;
use crate::trace::inherited_attributes as context;

impl Telemetry {
    /// Starts the pipeline for the whole process. It sets
    ///
    /// * the global `tracing` subscriber: a registry with the pipeline's layer,
    ///   and one that prints this crate's own warnings to standard error;
    /// * the global OpenTelemetry tracer provider and meter provider;
    /// * where New Relic's events go that
    ///   [`MonitorOptions::llm_events`](crate::MonitorOptions::llm_events) asks
    ///   for;
    /// * the global propagator: W3C trace context and baggage.
    ///
    /// An application that wants other layers too, to log for instance, owns
    /// its registry and takes [`layer`](Self::layer) into it.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// # let no_variables = |_: &str| None;
    /// let telemetry = Telemetry::from_env()
    ///     .service_name("support-bot")
    /// #   .environment(no_variables)
    ///     .install()?;
    /// // … the application …
    /// telemetry.shutdown()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// * [`Error::is_invalid_setting`], [`Error::is_missing_setting`]: from
    ///   code or from the environment.
    /// * [`Error::is_already_installed`]: a global subscriber was there. What
    ///   had been started is stopped again, and nothing global changed.
    /// * [`Error::is_export`]: the sending thread could not start, or no root
    ///   certificates were found.
    pub fn install(self) -> Result<TelemetryGuard, Error> {
        let (layer, guard) = self.layer::<Registry>()?;
        let subscriber = Registry::default().with(layer).with(notices());
        if let Err(error) = tracing::subscriber::set_global_default(subscriber) {
            guard.discard();
            let problem = "a global tracing subscriber is installed already; add the layer of \
                           Telemetry::layer to its registry instead";
            return Err(Error::already_installed(problem).with_source(error));
        }
        global::set_tracer_provider(guard.tracer_provider().clone());
        global::set_meter_provider(guard.meter_provider().clone());
        Loggers::new(guard.logger_provider().clone()).install();
        global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
            Box::new(TraceContextPropagator::new()),
            Box::new(BaggagePropagator::new()),
        ]));
        Ok(guard)
    }

    /// Starts the pipeline and returns its layer, for a registry of your own.
    /// It sets nothing global: a service that passes its traces on uses
    /// [`propagation`](crate::trace), or sets a propagator itself.
    ///
    /// The layer brings its own filter; do not wrap it into a `reload::Layer`,
    /// through which spans cannot be reached.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use tracing_subscriber::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (layer, telemetry) = Telemetry::console().layer()?;
    /// tracing_subscriber::registry().with(layer).try_init()?;
    /// # telemetry.shutdown()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`install`](Self::install), except that nothing can be installed
    /// already.
    pub fn layer<S>(
        self,
    ) -> Result<
        (
            impl tracing_subscriber::Layer<S> + Send + Sync + use<S>,
            TelemetryGuard,
        ),
        Error,
    >
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let level = self.level;
        let (tracer, guard) = self.start()?;
        let spans = tracer.map(|tracer| {
            tracing_subscriber::Layer::<S>::and_then(layer(tracer, level), context::layer(level))
        });
        #[cfg(feature = "logs")]
        let spans = spans.map(|spans| {
            // Always there, also where logs go nowhere: a filtered layer that lets
            // nothing through, or is absent, silences the one beside it.
            let logs = logs_layer(guard.logger_provider(), level);
            tracing_subscriber::Layer::<S>::and_then(spans, logs)
        });
        Ok((spans, guard))
    }

    /// No tracer where the SDK is disabled.
    fn start(self) -> Result<(Option<SdkTracer>, TelemetryGuard), Error> {
        let destination = resolve_destination(&self)?;
        let new_relic = matches!(&destination, Destination::Remote(remote) if remote.new_relic);
        let resource = resolve_resource(&self, new_relic)?;
        let counters = Arc::new(Counters::default());
        let mut tracers = SdkTracerProvider::builder()
            .with_sampler(resolve_sampler(&self)?)
            .with_resource(resource.clone());
        let mut meters = SdkMeterProvider::default();
        let mut loggers = SdkLoggerProvider::builder().with_resource(resource.clone());
        let (mut delivery, mut receiver) = (None, None);
        let enabled = !matches!(destination, Destination::Disabled);
        match destination {
            Destination::Disabled => {}
            Destination::Console => {
                let console = Console::new(&self.env, self.writer, Arc::clone(&counters))?;
                tracers = tracers.with_span_processor(console);
            }
            Destination::Remote(remote) => {
                let remote = *remote;
                let routes = [&remote.traces, &remote.metrics, &remote.logs];
                let started = Delivery::start(routes.into_iter().flatten(), &counters)?;
                let warning = Warning::new(remote.warning);
                let doorway = |route| {
                    let (delivery, counters) = (started.clone(), Arc::clone(&counters));
                    Doorway::new(route, remote.limits, delivery, counters, warning.clone())
                };
                receiver = remote.traces.as_ref().map(Route::receiver);
                if let Some(route) = remote.traces {
                    let exporter = doorway(route).spans()?;
                    let queue = Queue::spans(exporter, remote.batching, &counters);
                    tracers = tracers.with_span_processor(queue);
                }
                if let Some(route) = remote.logs {
                    let exporter = doorway(route).logs()?;
                    let queue = Queue::logs(exporter, remote.batching, &counters);
                    loggers = loggers.with_log_processor(queue);
                }
                if let Some(route) = remote.metrics {
                    let form = remote.metric_form;
                    meters = metrics::start(doorway(route), form, resource, &counters)?;
                }
                delivery = Some(started);
            }
        }
        let pipeline = Pipeline {
            tracers: tracers.build(),
            meters,
            loggers: loggers.build(),
            delivery,
            receiver,
        };
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let tracer = enabled.then(|| pipeline.tracers.tracer_with_scope(scope));
        Ok((tracer, TelemetryGuard::new(pipeline, counters)))
    }
}
