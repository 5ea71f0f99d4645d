//! Log records, which New Relic's events are sent as.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::trace::SpanContext;
use opentelemetry::{KeyValue, Value};

use super::scope::instrumentation_scope;
use crate::warning::WarnOnce;

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) body: Option<String>,
    pub(crate) at: SystemTime,
    /// The span that the record belongs to.
    pub(crate) span: SpanContext,
}

/// The logger provider of the options or of the pipeline. OpenTelemetry for Rust
/// has no global logger provider, and its trait is not object-safe.
#[derive(Clone)]
pub(crate) struct Loggers(Arc<dyn RecordSink>);

trait RecordSink: Send + Sync {
    fn emit(&self, record: Record);
}

struct ProviderSink<P: LoggerProvider> {
    logger: P::Logger,
    /// Kept alive: a provider may shut down when it is dropped.
    _provider: P,
}

impl<P> RecordSink for ProviderSink<P>
where
    P: LoggerProvider + Send + Sync,
    P::Logger: Send + Sync,
{
    fn emit(&self, record: Record) {
        let mut log = self.logger.create_log_record();
        log.set_timestamp(record.at);
        log.set_severity_number(Severity::Info);
        log.set_severity_text("INFO");
        if let Some(body) = record.body {
            log.set_body(AnyValue::from(body));
        }
        if record.span.is_valid() {
            let (trace, span) = (record.span.trace_id(), record.span.span_id());
            log.set_trace_context(trace, span, Some(record.span.trace_flags()));
        }
        let attributes = record.attributes.into_iter();
        log.add_attributes(attributes.map(|it| (it.key, to_any_value(it.value))));
        self.logger.emit(log);
    }
}

/// Arrays become text: New Relic's events have scalar attributes.
fn to_any_value(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => AnyValue::from(value),
        Value::I64(value) => AnyValue::from(value),
        Value::F64(value) => AnyValue::from(value),
        Value::String(value) => AnyValue::from(value),
        other => AnyValue::from(other.as_str().into_owned()),
    }
}

impl Loggers {
    pub(crate) fn new<P>(provider: P) -> Self
    where
        P: LoggerProvider + Send + Sync + 'static,
        P::Logger: Send + Sync + 'static,
    {
        Self(Arc::new(ProviderSink {
            logger: provider.logger_with_scope(instrumentation_scope()),
            _provider: provider,
        }))
    }

    pub(crate) fn emit(&self, record: Record) {
        self.0.emit(record);
    }
}

impl fmt::Debug for Loggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loggers(..)")
    }
}

/// Whether a client's calls become events, and the provider in place of the
/// pipeline's.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventOptions {
    pub(crate) wanted: bool,
    pub(crate) provider: Option<Loggers>,
}

impl EventOptions {
    pub(super) fn loggers(&self, pipeline: Option<&Loggers>) -> Option<Loggers> {
        if !self.wanted {
            return None;
        }
        let loggers = self.provider.as_ref().or(pipeline).cloned();
        if loggers.is_none() {
            NO_LOGGERS.log(|| {
                "New Relic's Llm* events are on (MonitorOptions::llm_events, \
                 NEW_RELIC_AI_MONITORING_ENABLED), but no logger provider is known, so they \
                 are not sent: set MonitorOptions::logger_provider, or add the layer of \
                 Telemetry::layer to the subscriber"
                    .to_owned()
            });
        }
        loggers
    }
}

static NO_LOGGERS: WarnOnce = WarnOnce::new();
