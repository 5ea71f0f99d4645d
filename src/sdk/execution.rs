//! The end of a call.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;

use super::attempts::response_head;
use super::in_flight::InFlight;
use super::sdk_error::classify_error;
use crate::record::Failure;

/// Ends the recording, unless the body of the response is still to be read: then
/// the body ends it.
pub(crate) fn finish_execution(context: &FinalizerInterceptorContextRef<'_>, flight: &InFlight) {
    let slot = &flight.slot;
    let operation = slot.operation;
    if let Some(Err(error)) = context.output_or_error() {
        if let Some(recording) = slot.take() {
            let head = response_head(&recording.call);
            recording.fail(classify_error(error, operation, head));
        }
        return;
    }
    let streams = slot.with(|recording| {
        if let Some(Ok(output)) = context.output_or_error() {
            operation.read_output(output, &mut recording.call);
        }
        recording.call.stream.is_some()
    });
    let body = slot.take_body();
    // Beside the SDK's bag, a body that is still to be read holds the slot.
    if (streams == Some(true) || body.is_none()) && Arc::strong_count(slot) > 1 {
        slot.hand_over();
        return;
    }
    let Some(mut recording) = slot.take() else {
        return;
    };
    if let Some(body) = body.or_else(|| slot.take_body()) {
        let kept = context.response().and_then(|it| it.body().bytes());
        body.read_preferring(kept, operation, &mut recording.call);
    } else if streams == Some(false) && operation.reads_response() {
        // Another interceptor dropped the body before its end.
        recording.fail(Failure::cancelled());
        return;
    }
    recording.close();
}
