//! [`Exchange`]: the last attempt to send a signal.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// One request and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) duration: Duration,
    /// `None` without a response.
    pub(crate) status: Option<u16>,
    /// Why the attempt failed, or what the receiver rejected.
    pub(crate) problem: Option<String>,
    /// The `Date` of the response, and when it came.
    pub(crate) date: Option<(SystemTime, SystemTime)>,
}

/// The last exchange of a signal.
#[derive(Debug, Default)]
pub(crate) struct LastExchange(Mutex<Option<Exchange>>);

impl LastExchange {
    pub(crate) fn set(&self, exchange: Exchange) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
    }

    pub(crate) fn get(&self) -> Option<Exchange> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}
