//! What metrics are recorded with.

use std::fmt;
use std::sync::{Arc, OnceLock};

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, global};

use super::instruments::Instruments;

/// What a user says of metrics.
#[derive(Clone)]
pub(super) struct MeterOptions {
    pub(super) record: bool,
    /// The newest names of the conventions.
    pub(super) latest: bool,
    /// In place of the global one.
    pub(super) provider: Option<Arc<dyn MeterProvider + Send + Sync>>,
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

/// The instruments of one client, made when the first call ends: a client is
/// often monitored before the global provider is set.
pub(crate) struct Meters {
    options: MeterOptions,
    instruments: OnceLock<Instruments>,
}

impl Meters {
    /// `None` where no metrics are wanted.
    pub(super) fn new(options: MeterOptions) -> Option<Self> {
        options.record.then(|| Self {
            options,
            instruments: OnceLock::new(),
        })
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        self.instruments
            .get_or_init(|| Instruments::new(&self.meter(), self.options.latest))
    }

    fn meter(&self) -> Meter {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        match &self.options.provider {
            Some(provider) => provider.meter_with_scope(scope),
            None => global::meter_with_scope(scope),
        }
    }
}
