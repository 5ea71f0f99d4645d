//! [`PendingRequest`]: an encoded request that waits for delivery.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::SignalConfig;

/// One request as it goes over the wire.
///
/// It waits compressed, which takes a tenth of the memory. It holds content, so it
/// has no `Debug`.
#[derive(Clone)]
pub(crate) struct PendingRequest {
    pub(crate) config: Arc<SignalConfig>,
    /// Spans, metric points or log records.
    pub(crate) items: u64,
    pub(crate) body: Bytes,
    pub(crate) gzip: bool,
    /// The order of submission. Both halves of a split request keep it.
    pub(crate) sequence: u64,
    /// Completed attempts.
    pub(crate) attempts: u32,
    /// When the next attempt is due.
    pub(crate) not_before: Instant,
    /// When the request is given up.
    pub(crate) deadline: Instant,
    /// Why the last attempt failed.
    pub(crate) problem: String,
}

impl PendingRequest {
    /// An empty request, to be filled by the batcher.
    pub(crate) fn new(config: Arc<SignalConfig>, sequence: u64) -> Self {
        let now = Instant::now();
        let deadline = now.checked_add(config.timeout).unwrap_or(now);
        Self {
            config,
            items: 0,
            body: Bytes::new(),
            gzip: false,
            sequence,
            attempts: 0,
            not_before: now,
            deadline,
            problem: String::new(),
        }
    }

    pub(crate) fn signal(&self) -> Signal {
        self.config.signal
    }
}
