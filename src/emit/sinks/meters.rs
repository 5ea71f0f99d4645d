//! The meter provider of the options, of the pipeline or of the process.

use std::fmt;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use opentelemetry::global;
use opentelemetry::metrics::MeterProvider;

use super::instruments::Instruments;
use super::scope::instrumentation_scope;

/// The options for metrics.
#[derive(Clone)]
pub(crate) struct MeterOptions {
    pub(crate) record: bool,
    /// Use the newest names of the conventions.
    pub(crate) latest: bool,
    /// In place of the pipeline's and the global provider.
    pub(crate) provider: Option<Arc<Provider>>,
}

impl Default for MeterOptions {
    fn default() -> Self {
        Self {
            record: true,
            latest: false,
            provider: None,
        }
    }
}

impl fmt::Debug for MeterOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeterOptions")
            .field("record", &self.record)
            .field("latest", &self.latest)
            .finish_non_exhaustive()
    }
}

/// The instruments of one client. They are created when a call ends, and again if
/// the global provider has changed since: clients are often built, and sometimes
/// used, before it is set, or under another subscriber.
pub(super) struct Meters {
    options: MeterOptions,
    cached: RwLock<Option<CachedInstruments>>,
}

type Provider = dyn MeterProvider + Send + Sync;

/// The reference is weak, so that a client does not keep a provider alive.
struct CachedInstruments {
    provider: Weak<Provider>,
    instruments: Arc<Instruments>,
}

impl Meters {
    /// `None` if metrics are off.
    pub(super) fn new(options: MeterOptions) -> Option<Self> {
        options.record.then(|| Self {
            options,
            cached: RwLock::new(None),
        })
    }

    pub(super) fn instruments(&self, pipeline: Option<&Arc<Provider>>) -> Arc<Instruments> {
        let provider = match self.options.provider.as_ref().or(pipeline) {
            Some(provider) => Arc::clone(provider),
            None => global::meter_provider(),
        };
        self.find_cached(&provider)
            .unwrap_or_else(|| self.create(&provider))
    }

    fn find_cached(&self, provider: &Arc<Provider>) -> Option<Arc<Instruments>> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let cached = cached.as_ref()?;
        let is_same = ptr::addr_eq(cached.provider.as_ptr(), Arc::as_ptr(provider));
        is_same.then(|| Arc::clone(&cached.instruments))
    }

    /// Two calls may create instruments at once: providers treat instruments of one
    /// name as one. The provider is foreign code and must not run under the lock.
    fn create(&self, provider: &Arc<Provider>) -> Arc<Instruments> {
        let meter = provider.meter_with_scope(instrumentation_scope());
        let instruments = Arc::new(Instruments::new(&meter, self.options.latest));
        let cached = CachedInstruments {
            provider: Arc::downgrade(provider),
            instruments: Arc::clone(&instruments),
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        instruments
    }
}
