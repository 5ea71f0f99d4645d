//! Starts the pipeline that the settings describe.

use std::sync::Arc;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::connections::resolve_connections;
use super::destination::Destination;
use super::guard::TelemetryGuard;
use super::otlp::OtlpDestination;
use super::pipeline::Pipeline;
use super::processors::Processors;
use super::resolved::{Resolved, resolve_settings};
use super::settings::Settings;
use crate::Error;
use crate::emit::sinks::instrumentation_scope;
use crate::telemetry::connection::Connections;
use crate::telemetry::console::processor::ConsoleProcessor;
use crate::telemetry::delivery::handle::Delivery;
use crate::telemetry::export::attribute_filter::FilteredProcessor;
use crate::telemetry::export::batcher::split_request;
use crate::telemetry::export::exporter::{ExporterClient, MapPayload};
use crate::telemetry::export::metrics::build_meter_provider;
use crate::telemetry::export::queue::CountedQueue;
use crate::telemetry::new_relic::attribute_mapping::map_attributes;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::warning_processor::WarningProcessor;
use crate::telemetry::signal_config::SignalConfig;

/// No tracer if the SDK is disabled.
pub(super) fn start_pipeline(
    mut settings: Settings,
) -> Result<(Option<SdkTracer>, TelemetryGuard), Error> {
    let Resolved {
        destination,
        terminal,
        resource,
        sampler,
        sdk_limits,
        filter,
        ..
    } = resolve_settings(&settings)?;
    let connections = match &destination {
        Destination::Otlp(otlp) => resolve_connections(&settings, &otlp.signals)?,
        _ => Connections::default(),
    };
    let warnings = Arc::clone(settings.env.warnings());
    let counters = Arc::new(Counters::default());
    let mut tracers = SdkTracerProvider::builder()
        .with_sampler(sampler)
        .with_span_limits(sdk_limits)
        .with_resource(resource.clone());
    if !warnings.to_vec().is_empty() {
        tracers = tracers.with_span_processor(WarningProcessor::new(&warnings));
    }
    if let Some(terminal) = terminal {
        let console =
            ConsoleProcessor::new(terminal, settings.writer.take(), Arc::clone(&counters));
        tracers = tracers.with_span_processor(FilteredProcessor::new(console, &filter));
    }
    let mut loggers = SdkLoggerProvider::builder().with_resource(resource.clone());
    let (mut metrics, mut delivery, mut receiver) = (None, None, None);
    let mut processors = std::mem::take(&mut settings.processors);
    let enabled = match &destination {
        Destination::Disabled(_) => {
            processors = Processors::default();
            false
        }
        // Unless there is a second destination.
        Destination::Off(_) => !processors.is_empty(),
        Destination::Console | Destination::Otlp(_) => true,
    };
    let mut has_loggers = processors.have_log_processors() || !enabled;
    match destination {
        Destination::Disabled(_) | Destination::Off(_) => {}
        // The console prints spans only. Without log records no warning is due.
        Destination::Console => has_loggers = true,
        Destination::Otlp(otlp) => {
            let OtlpDestination {
                signals,
                span_batching,
                log_batching,
                metric_options,
                limits,
                ..
            } = *otlp;
            let started = Delivery::start(connections, &counters, split_request)?;
            let client = |config: SignalConfig| ExporterClient {
                map_payload: config.new_relic.then_some(map_attributes as MapPayload),
                limits: *limits.get(config.signal),
                filter: filter.clone(),
                config: Arc::new(config),
                delivery: started.clone(),
                counters: Arc::clone(&counters),
                warnings: Arc::clone(&warnings),
            };
            receiver = signals.traces.as_ref().ok().map(SignalConfig::display_url);
            if let Ok(config) = signals.traces {
                let exporter = client(config).build_span_exporter()?;
                let queue = CountedQueue::for_spans(exporter, span_batching, &counters);
                tracers = tracers.with_span_processor(FilteredProcessor::new(queue, &filter));
            }
            if let Ok(config) = signals.logs {
                let exporter = client(config).build_log_exporter()?;
                let queue = CountedQueue::for_logs(exporter, log_batching, &counters);
                loggers = loggers.with_log_processor(queue);
                has_loggers = true;
            }
            if let Ok(config) = signals.metrics {
                let exporter = client(config).build_metric_exporter(metric_options.temporality)?;
                metrics = Some((exporter, metric_options));
            }
            delivery = Some(started);
        }
    }
    let has_readers = metrics.is_some() || processors.have_metric_readers();
    let meters = has_readers.then(|| {
        let extend = |meters| processors.extend_meters(meters);
        build_meter_provider(metrics, resource, &counters, extend)
    });
    let pipeline = Pipeline {
        tracers: processors.extend_tracers(tracers, &filter).build(),
        meters: meters.unwrap_or_default(),
        has_meters: has_readers || !enabled,
        has_loggers,
        loggers: processors.extend_loggers(loggers).build(),
        delivery,
        receiver,
        warnings,
    };
    let tracer = enabled.then(|| pipeline.tracers.tracer_with_scope(instrumentation_scope()));
    Ok((tracer, TelemetryGuard::new(pipeline, counters)))
}
