//! Requests on their way.

mod backoff;
mod engine;
pub(super) mod handle;
pub(super) mod pending_request;
pub(super) mod response;
pub(super) mod transport;
