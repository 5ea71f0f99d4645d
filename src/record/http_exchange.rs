//! The HTTP requests and responses of a call.

use super::FailedAttempt;

#[derive(Debug, Default)]
pub(crate) struct HttpExchange {
    pub(crate) region: Option<String>,
    pub(crate) server_address: Option<String>,
    pub(crate) server_port: Option<i64>,
    pub(crate) status: Option<i64>,
    pub(crate) request_id: Option<String>,
    /// The service's error code, from the response's headers.
    pub(crate) error_code: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) failed_attempts: Vec<FailedAttempt>,
}
