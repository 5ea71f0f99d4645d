//! Starts the pipeline that the settings describe.

use std::sync::Arc;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::destination::{Destination, resolve_destination};
use super::guard::TelemetryGuard;
use super::otlp::OtlpDestination;
use super::pipeline::Pipeline;
use super::resource::resolve_resource;
use super::sampler::resolve_sampler;
use super::settings::Settings;
use super::terminal::resolve_terminal;
use crate::Error;
use crate::emit::sinks::instrumentation_scope;
use crate::telemetry::console::processor::ConsoleProcessor;
use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::export::batcher::split_request;
use crate::telemetry::export::exporter::ExporterClient;
use crate::telemetry::export::metrics::build_meter_provider;
use crate::telemetry::export::queue::CountedQueue;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::diagnostics::DeferredWarning;
use crate::telemetry::signal_config::SignalConfig;

/// No tracer if the SDK is disabled.
pub(super) fn start_pipeline(
    settings: Settings,
) -> Result<(Option<SdkTracer>, TelemetryGuard), Error> {
    let destination = resolve_destination(&settings)?;
    let new_relic = matches!(&destination, Destination::Otlp(otlp) if otlp.map_payload.is_some());
    let resource = resolve_resource(&settings, new_relic)?;
    let counters = Arc::new(Counters::default());
    let mut tracers = SdkTracerProvider::builder()
        .with_sampler(resolve_sampler(&settings)?)
        .with_resource(resource.clone());
    let mut loggers = SdkLoggerProvider::builder().with_resource(resource.clone());
    let mut meters = SdkMeterProvider::default();
    let (mut delivery, mut receiver) = (None, None);
    let enabled = !matches!(destination, Destination::Disabled);
    match destination {
        Destination::Disabled => {}
        Destination::Console => {
            let terminal = resolve_terminal(&settings.env, settings.writer.is_none())?;
            let console = ConsoleProcessor::new(terminal, settings.writer, Arc::clone(&counters));
            tracers = tracers.with_span_processor(console);
        }
        Destination::Otlp(otlp) => {
            let OtlpDestination {
                signals,
                warning,
                batch_options,
                metric_options,
                limits,
                map_payload,
            } = *otlp;
            let configs = signals.iter().flatten();
            let started = Delivery::start(configs, &counters, split_request)?;
            let warning = DeferredWarning::new(warning);
            let client = |config| ExporterClient {
                config: Arc::new(config),
                map_payload,
                limits,
                delivery: started.clone(),
                counters: Arc::clone(&counters),
                warning: warning.clone(),
            };
            receiver = signals.traces.as_ref().map(SignalConfig::display_url);
            if let Some(config) = signals.traces {
                let exporter = client(config).build_span_exporter()?;
                let queue = CountedQueue::for_spans(exporter, batch_options, &counters);
                tracers = tracers.with_span_processor(queue);
            }
            if let Some(config) = signals.logs {
                let exporter = client(config).build_log_exporter()?;
                let queue = CountedQueue::for_logs(exporter, batch_options, &counters);
                loggers = loggers.with_log_processor(queue);
            }
            if let Some(config) = signals.metrics {
                let exporter = client(config).build_metric_exporter(metric_options.temporality)?;
                meters = build_meter_provider(exporter, metric_options, resource, &counters);
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
    let tracer = enabled.then(|| pipeline.tracers.tracer_with_scope(instrumentation_scope()));
    Ok((tracer, TelemetryGuard::new(pipeline, counters)))
}
