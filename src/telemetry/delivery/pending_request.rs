//! [`PendingRequest`]: an encoded request that waits for delivery.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::telemetry::compression::Compression;
use crate::telemetry::report::failure::Failure;
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
    /// How the body is compressed.
    pub(crate) compression: Compression,
    /// The order of submission. Both halves of a split request keep it.
    pub(crate) sequence: u64,
    /// Completed attempts.
    pub(crate) attempts: u32,
    /// When the next attempt is due.
    pub(crate) not_before: Instant,
    /// When the request is given up.
    pub(crate) deadline: Instant,
    /// How long the last attempt took.
    pub(crate) duration: Duration,
    /// Why the last attempt failed.
    pub(crate) failure: Option<Failure>,
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
            compression: Compression::None,
            sequence,
            attempts: 0,
            not_before: now,
            deadline,
            duration: Duration::ZERO,
            failure: None,
        }
    }

    pub(crate) fn signal(&self) -> Signal {
        self.config.signal
    }
}

/// Compressed bytes that may wait. Beyond that, telemetry stays in the queue in
/// front of the exporter, which drops and counts when it is full. Each signal has
/// its own share, so that a failing receiver takes no space from the others.
pub(super) fn max_waiting_bytes(signal: Signal) -> usize {
    let mebibytes = match signal {
        Signal::Traces => 64,
        Signal::Logs => 32,
        Signal::Metrics => 8,
    };
    mebibytes * 1024 * 1024
}
