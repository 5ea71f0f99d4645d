//! What metrics are recorded with.

use std::fmt;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use opentelemetry::metrics::MeterProvider;
use opentelemetry::{InstrumentationScope, global};

use super::instruments::Instruments;

/// What a user says of metrics.
#[derive(Clone)]
pub(crate) struct MeterOptions {
    pub(crate) record: bool,
    /// The newest names of the conventions.
    pub(crate) latest: bool,
    /// In place of the global one.
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

/// The instruments of one client, made when a call first ends, and again when
/// the global provider has become another: a client is often monitored, and
/// sometimes used, before it is set.
pub(crate) struct Meters {
    options: MeterOptions,
    made: RwLock<Option<Made>>,
}

type Provider = dyn MeterProvider + Send + Sync;

/// Weak, so that a client keeps no provider from its end.
struct Made {
    with: Weak<Provider>,
    instruments: Arc<Instruments>,
}

impl Meters {
    /// `None` where no metrics are wanted.
    pub(crate) fn new(options: MeterOptions) -> Option<Self> {
        options.record.then(|| Self {
            options,
            made: RwLock::new(None),
        })
    }

    pub(crate) fn instruments(&self) -> Arc<Instruments> {
        let provider = match &self.options.provider {
            Some(provider) => Arc::clone(provider),
            None => global::meter_provider(),
        };
        self.known(&provider)
            .unwrap_or_else(|| self.make(&provider))
    }

    fn known(&self, provider: &Arc<Provider>) -> Option<Arc<Instruments>> {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        let made = made.as_ref()?;
        let same = ptr::addr_eq(made.with.as_ptr(), Arc::as_ptr(provider));
        same.then(|| Arc::clone(&made.instruments))
    }

    /// Two calls may do so at once: instruments of one name are one to their
    /// provider, which is foreign code and must not run under the lock.
    fn make(&self, provider: &Arc<Provider>) -> Arc<Instruments> {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let meter = provider.meter_with_scope(scope);
        let instruments = Arc::new(Instruments::new(&meter, self.options.latest));
        let made = Made {
            with: Arc::downgrade(provider),
            instruments: Arc::clone(&instruments),
        };
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = Some(made);
        instruments
    }
}
