//! The attempts of a call.

use std::time::SystemTime;

use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;

use super::http_headers::REQUEST_ID;
use super::in_flight::InFlight;
use super::sdk_error::{Head, classify_error};
use crate::record::{Call, FailedAttempt};

/// Counts an attempt and forgets the response to the one before.
pub(crate) fn start_attempt(call: &mut Call) {
    call.http.attempts = call.http.attempts.saturating_add(1);
    (call.http.status, call.http.request_id) = (None, None);
    call.http.error_code = None;
    (call.latency, call.service_usage) = Default::default();
}

/// Records what an attempt failed with, if it failed.
pub(crate) fn record_failed_attempt(
    context: &FinalizerInterceptorContextRef<'_>,
    flight: &InFlight,
) {
    let Some(Err(error)) = context.output_or_error() else {
        return;
    };
    let head = flight.slot.with(|recording| response_head(&recording.call));
    let head = head.unwrap_or_default();
    let status = head.status;
    let failure = classify_error(error, flight.slot.operation, head);
    let response = context.response();
    let request_id = response.and_then(|it| it.headers().get(REQUEST_ID));
    flight.slot.with(|recording| {
        let http = &mut recording.call.http;
        http.failed_attempts.push(FailedAttempt {
            number: http.attempts,
            timestamp: SystemTime::now(),
            failure,
            status,
            request_id: request_id.map(str::to_owned),
        });
    });
}

/// What the last response's head says of an error.
pub(crate) fn response_head(call: &Call) -> Head {
    Head {
        status: call.http.status,
        code: call.http.error_code.clone(),
    }
}
