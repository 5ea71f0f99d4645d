//! The end of a call.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;

use super::attempts::response_head;
use super::body_collector::read_response;
use super::in_flight::InFlight;
use super::sdk_error::classify_error;

/// Ends the recording, unless the body of the response is still to be read: then
/// the body ends it.
pub(crate) fn finish_execution(context: &FinalizerInterceptorContextRef<'_>, flight: &InFlight) {
    let InFlight {
        slot, operation, ..
    } = flight;
    let body = slot.take_body();
    if let Some(Ok(output)) = context.output_or_error() {
        let streams = slot.with(|recording| {
            operation.read_output(output, &mut recording.call);
            recording.call.stream.is_some()
        });
        let is_unread = streams == Some(true) || body.is_none();
        if is_unread && is_held_by_body(slot) {
            slot.hand_over();
            // The body may have been dropped meanwhile, on another thread.
            if is_held_by_body(slot) {
                return;
            }
        }
    }
    let Some(mut recording) = slot.take() else {
        return;
    };
    if let Some(Err(error)) = context.output_or_error() {
        let head = response_head(&recording.call);
        recording.fail(classify_error(error, *operation, head));
        return;
    }
    if let Some(body) = body.or_else(|| slot.take_body()) {
        read_response(&body, *operation, &mut recording);
    }
    recording.close();
}

/// Whether anything holds the slot beside the SDK's bag: a body.
fn is_held_by_body<T>(slot: &Arc<T>) -> bool {
    Arc::strong_count(slot) > 1
}
