//! Log records, which New Relic's events are sent as.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError, RwLock};
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

    fn of_first_client() -> Option<Self> {
        let first = OF_FIRST_CLIENT.read();
        first.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The loggers for events without a client: feedback and evaluations. `None`
    /// unless a client of the process has events turned on.
    pub(crate) fn for_process(pipeline: Option<&Self>) -> Option<Self> {
        if !WANTED.load(Relaxed) {
            return None;
        }
        pipeline.cloned().or_else(Self::of_first_client)
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
    /// Turns events without a client on if this client has events turned on. They
    /// are sent to the client's provider unless the subscriber has a pipeline.
    pub(super) fn announce(&self) {
        if self.wanted {
            WANTED.store(true, Relaxed);
            let first = OF_FIRST_CLIENT.write();
            let mut first = first.unwrap_or_else(PoisonError::into_inner);
            if first.is_none() {
                first.clone_from(&self.provider);
            }
        }
    }

    pub(super) fn loggers(&self, pipeline: Option<&Loggers>) -> Option<Loggers> {
        if !self.wanted {
            return None;
        }
        let loggers = self.provider.as_ref().or(pipeline).cloned();
        let loggers = loggers.or_else(Loggers::of_first_client);
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

/// The own provider of the first client with events.
static OF_FIRST_CLIENT: RwLock<Option<Loggers>> = RwLock::new(None);
static WANTED: AtomicBool = AtomicBool::new(false);
static NO_LOGGERS: WarnOnce = WarnOnce::new();
