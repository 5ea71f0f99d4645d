//! Where New Relic's events go.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::trace::SpanContext;
use opentelemetry::{InstrumentationScope, Key};

/// A log record of ours.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) attributes: Vec<(Key, AnyValue)>,
    pub(crate) body: Option<String>,
    pub(crate) at: SystemTime,
    /// The span that it belongs to.
    pub(crate) span: SpanContext,
}

/// A user's logger provider, or the pipeline's: OpenTelemetry has no global one
/// in Rust, and its trait makes no objects.
#[derive(Clone)]
pub(crate) struct Loggers(Arc<dyn Sink>);

trait Sink: Send + Sync {
    fn emit(&self, record: Record);
}

struct Of<L>(L);

impl<L: Logger + Send + Sync> Sink for Of<L> {
    fn emit(&self, record: Record) {
        let mut log = self.0.create_log_record();
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
        log.add_attributes(record.attributes);
        self.0.emit(log);
    }
}

impl Loggers {
    pub(crate) fn new<P>(provider: &P) -> Self
    where
        P: LoggerProvider,
        P::Logger: Send + Sync + 'static,
    {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        Self(Arc::new(Of(provider.logger_with_scope(scope))))
    }

    pub(crate) fn emit(&self, record: Record) {
        self.0.emit(record);
    }

    /// The pipeline's, from now on.
    #[cfg(feature = "telemetry")]
    pub(crate) fn install(self) {
        *INSTALLED.write().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }

    fn installed() -> Option<Self> {
        let installed = INSTALLED.read().unwrap_or_else(PoisonError::into_inner);
        installed.clone()
    }

    /// Where events go that belong to no client: feedback. `None` where no
    /// client of the process was asked for events.
    pub(crate) fn for_process() -> Option<Self> {
        let asked = ASKED.load(Relaxed);
        asked.then(Self::installed).flatten()
    }
}

impl fmt::Debug for Loggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loggers(..)")
    }
}

/// Whether a client's calls become events, and where those go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events {
    pub(crate) wanted: bool,
    pub(crate) provider: Option<Loggers>,
}

impl Events {
    /// Says that a client wants events.
    pub(crate) fn announce(&self) {
        if self.wanted {
            ASKED.store(true, Relaxed);
            // Feedback has no client: it goes where one's events go, unless a
            // pipeline is installed.
            let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
            if installed.is_none() {
                installed.clone_from(&self.provider);
            }
        }
    }

    /// `None` where no events are wanted, or nobody takes them.
    pub(crate) fn loggers(&self) -> Option<Loggers> {
        if !self.wanted {
            return None;
        }
        let loggers = self.provider.clone().or_else(Loggers::installed);
        if loggers.is_none() {
            tracing::debug!(
                target: crate::TARGET,
                "no logger provider is known, so calls become no events"
            );
        }
        loggers
    }
}

static INSTALLED: RwLock<Option<Loggers>> = RwLock::new(None);
static ASKED: AtomicBool = AtomicBool::new(false);
