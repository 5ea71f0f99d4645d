//! From `tracing` to spans.

#[cfg(feature = "logs")]
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
#[cfg(feature = "logs")]
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::trace::SdkTracer;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Filtered;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

/// Source locations, thread names and busy times are left out: they make no
/// trace of model calls clearer, and cost a fifth more per span.
pub(crate) fn layer<S>(
    tracer: SdkTracer,
    level: LevelFilter,
) -> Filtered<OpenTelemetryLayer<S, SdkTracer>, Exported, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_tracer(tracer)
        .with_filter(Exported { level })
}

/// Events as log records. The SDK's loggers take the trace from the context that
/// the layer above makes the current one.
#[cfg(feature = "logs")]
pub(crate) fn logs<S>(
    provider: &SdkLoggerProvider,
    level: LevelFilter,
) -> Filtered<OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger>, Exported, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    OpenTelemetryTracingBridge::new(provider).with_filter(Exported { level })
}

/// Crates of the AWS SDK, which say much below INFO.
const SDK: &[&str] = &[
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_",
    "aws_sigv4",
    "aws_smithy_",
];

/// Which `tracing` spans and events are exported.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    level: LevelFilter,
}

impl Exported {
    fn allows(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        let level = *metadata.level();
        level <= self.level
            && !OWN.iter().any(|root| is_within(target, root))
            && (level <= LevelFilter::INFO || !SDK.iter().any(|prefix| target.starts_with(prefix)))
    }
}

impl<S> Filter<S> for Exported {
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

/// The root itself, or a module below it.
fn is_within(target: &str, root: &str) -> bool {
    target
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What the pipeline itself stands on. The exporter logs under its crate's
/// name with a hyphen.
const OWN: &[&str] = &[
    crate::telemetry::TARGET,
    "h2",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "opentelemetry",
    "opentelemetry-otlp",
    "opentelemetry_http",
    "opentelemetry_otlp",
    "opentelemetry_sdk",
    "rustls",
    "tracing_opentelemetry",
];
