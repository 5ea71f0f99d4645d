//! [`Connection`]: how a receiver is reached.

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};

use super::signal::PerSignal;

/// The resolved network settings of one signal.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) tls: Arc<rustls::ClientConfig>,
    pub(crate) proxy: Option<Proxy>,
    /// The receiver may take spans alone: no loss if it does not know this signal.
    pub(crate) optional: bool,
}

/// A connection, or why there cannot be one whatever is tried. `None` for a signal
/// that is not exported.
pub(crate) type Connections = PerSignal<Option<Result<Connection, String>>>;

/// An HTTP proxy: `CONNECT` for https receivers, absolute URLs for http ones.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Proxy {
    /// Without credentials.
    pub(crate) uri: Uri,
    /// The variable, for messages.
    pub(crate) setting: &'static str,
    /// `Proxy-Authorization`, marked sensitive.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Connection {
    /// Whether connections of one may serve the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tls, &other.tls) && self.proxy == other.proxy
    }
}

/// Without the TLS settings, which hold a private key.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
