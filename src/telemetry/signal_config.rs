//! Where one kind of telemetry goes.

use std::time::Duration;

use http::{HeaderMap, Uri};

use crate::telemetry::signal::Signal;

/// A path of a receiver, with everything that is needed to bring telemetry
/// there.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) signal: Signal,
    pub(crate) endpoint: Uri,
    /// Sent with each request; secrets are marked sensitive.
    pub(crate) headers: HeaderMap,
    pub(crate) gzip: bool,
    /// How long a request may take, with all its tries.
    pub(crate) deadline: Duration,
    /// Bytes of a request on the wire.
    pub(crate) max_wire: usize,
    /// Whether New Relic is the receiver.
    pub(crate) new_relic: bool,
}

impl Route {
    /// One try of several: a receiver that accepts a connection and never
    /// answers must leave time for others.
    pub(crate) fn attempt(&self) -> Duration {
        MAX_ATTEMPT.min(self.deadline)
    }

    /// For messages: without the query, which may hold a token.
    pub(crate) fn receiver(&self) -> String {
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
