//! Where one kind of telemetry goes.

use std::time::Duration;

use http::{HeaderMap, Uri};

use super::signal::Signal;

/// A path of a receiver, with everything that is needed to bring telemetry
/// there.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) signal: Signal,
    pub(super) endpoint: Uri,
    /// Sent with each request; secrets are marked sensitive.
    pub(super) headers: HeaderMap,
    pub(super) gzip: bool,
    /// How long a request may take, with all its tries.
    pub(super) deadline: Duration,
    /// Bytes of a request on the wire.
    pub(super) max_wire: usize,
    /// Whether New Relic is the receiver.
    pub(super) new_relic: bool,
}

impl Route {
    /// One try of several: a receiver that accepts a connection and never
    /// answers must leave time for others.
    pub(super) fn attempt(&self) -> Duration {
        MAX_ATTEMPT.min(self.deadline)
    }

    /// For messages: without the query, which may hold a token.
    pub(super) fn receiver(&self) -> String {
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
