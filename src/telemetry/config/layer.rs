//! The layers that turn `tracing` spans and events into telemetry.

use opentelemetry::trace::Tracer;
#[cfg(feature = "logs")]
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
#[cfg(feature = "logs")]
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Filtered;
use tracing_subscriber::layer::{Context, Filter, Layered};
use tracing_subscriber::registry::LookupSpan;

use crate::TARGET;
use crate::emit::sinks::ProvidersLayer;

/// The layer of the spans, which also carries the providers of all signals.
///
/// Source locations, thread names and busy times are off: they add nothing to the
/// trace of a model call and cost a fifth more per span. Targets are recorded if the
/// attribute filter needs them.
pub(super) fn build_span_layer<S, T>(
    tracer: T,
    providers: ProvidersLayer,
    level: LevelFilter,
    with_target: bool,
) -> Filtered<Layered<ProvidersLayer, OpenTelemetryLayer<S, T>, S>, ExportFilter, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    T: Tracer<Span: Send + Sync> + Send + Sync + 'static,
{
    let spans = tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(with_target)
        .with_tracked_inactivity(false)
        .with_tracer(tracer);
    // Below the filter: a layer without one would enable every span and event.
    spans
        .and_then(providers)
        .with_filter(ExportFilter { level })
}

/// Exports events as log records. The SDK's loggers take the trace id from the
/// current context, which the span layer sets.
#[cfg(feature = "logs")]
pub(super) fn build_log_layer<S>(
    provider: &SdkLoggerProvider,
    level: LevelFilter,
) -> Filtered<OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger>, ExportFilter, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    OpenTelemetryTracingBridge::new(provider).with_filter(ExportFilter { level })
}

/// Crates of the AWS SDK, which are verbose below INFO.
const AWS_SDK_CRATES: &[&str] = &[
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_",
    "aws_sigv4",
    "aws_smithy_",
];

/// Selects the `tracing` spans and events to export. Not this crate's own log lines:
/// a warning about lost telemetry must not become telemetry. The crates that the
/// pipeline uses need no exception: its threads have no subscriber, or suppress
/// telemetry, and the application may use the same crates.
#[derive(Clone, Debug)]
pub(super) struct ExportFilter {
    level: LevelFilter,
}

impl ExportFilter {
    fn allows(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        let level = *metadata.level();
        level <= self.level
            && !(metadata.is_event() && is_in_crate(target, TARGET))
            && target != LAMBDA_RUNTIME_SPANS
            && (level <= LevelFilter::INFO
                || !AWS_SDK_CRATES
                    .iter()
                    .any(|prefix| target.starts_with(prefix)))
    }
}

impl<S> Filter<S> for ExportFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.allows(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.allows(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }
}

/// Whether the target is the crate or a module of it.
fn is_in_crate(target: &str, name: &str) -> bool {
    target
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The span that `lambda_runtime` opens around a handler. It closes when the process
/// is about to be frozen, so the root of each trace would be one invocation late.
const LAMBDA_RUNTIME_SPANS: &str = "lambda_runtime::layers::trace";
