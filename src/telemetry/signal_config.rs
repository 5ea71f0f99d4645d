//! [`SignalConfig`]: where and how one signal is sent.

use std::time::Duration;

use http::{HeaderMap, Uri};

use super::compression::Compression;
use super::signal::Signal;

/// The resolved exporter settings of one signal.
#[derive(Debug)]
pub(crate) struct SignalConfig {
    pub(crate) signal: Signal,
    pub(crate) endpoint: Uri,
    /// The setting that named the endpoint, for messages.
    pub(crate) source: &'static str,
    /// Sent with each request; values are marked sensitive.
    pub(crate) headers: HeaderMap,
    pub(crate) compression: Compression,
    /// The setting that chose the compression, for messages.
    pub(crate) compression_source: &'static str,
    /// How long the delivery of a request may take, including all retries.
    pub(crate) timeout: Duration,
    /// The setting that chose the timeout, for messages.
    pub(crate) timeout_source: &'static str,
    /// Bytes of a request on the wire.
    pub(crate) max_request_bytes: usize,
    /// Whether New Relic is the receiver, and gets its form of telemetry.
    pub(crate) new_relic: bool,
}

impl SignalConfig {
    /// The timeout of one attempt. A receiver that accepts a connection and never
    /// responds must leave time for further attempts.
    pub(crate) fn attempt_timeout(&self) -> Duration {
        MAX_ATTEMPT.min(self.timeout)
    }

    /// The URL for messages, without the query, which may hold a token.
    pub(crate) fn display_url(&self) -> String {
        let authority = self
            .endpoint
            .authority()
            .map(http::uri::Authority::as_str)
            .unwrap_or_default();
        format!(
            "{}://{authority}{}",
            self.endpoint.scheme_str().unwrap_or_default(),
            self.endpoint.path()
        )
    }
}

const MAX_ATTEMPT: Duration = Duration::from_secs(10);
