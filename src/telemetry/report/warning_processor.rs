//! [`WarningProcessor`]: logs the warnings about the settings at the first span.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::log_thread::log_on_thread;
use crate::warning::PendingWarnings;

/// With `layer`, settings are read before the application has set its subscriber. Its
/// first span shows that it has. Exports come later, or never if all signals are off.
#[derive(Debug)]
pub(crate) struct WarningProcessor {
    warnings: Arc<PendingWarnings>,
    logged: AtomicBool,
}

impl WarningProcessor {
    pub(crate) fn new(warnings: &Arc<PendingWarnings>) -> Self {
        Self {
            warnings: Arc::clone(warnings),
            logged: AtomicBool::new(false),
        }
    }
}

impl SpanProcessor for WarningProcessor {
    fn on_start(&self, _: &mut Span, _: &Context) {
        if !self.logged.load(Relaxed) && !self.logged.swap(true, Relaxed) {
            let warnings = Arc::clone(&self.warnings);
            // The subscriber is at work on this thread. If no other can be started, the
            // next export or flush logs the warnings.
            log_on_thread(move || warnings.log());
        }
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
