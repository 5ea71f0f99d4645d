//! The operation's table entry.

use super::voice_chunk::read_chunk;
use super::{request_events, response_events};
use crate::decode::operation::operation_trait::Table;
use crate::semconv::operation::CHAT;

pub(in crate::decode::operation::runtime) static OPERATIONS: Table = operations! {
    runtime;
    invoke_model_with_bidirectional_stream(
        InvokeModelWithBidirectionalStreamInput, InvokeModelWithBidirectionalStreamError
    )
        |input, call| { call.model.clone_from(&input.model_id) }
        .name_operation(CHAT)
        .read_request_events(&[("chunk", |chunk, call| {
            read_chunk(chunk, request_events::EVENTS, call);
        })])
        .read_response_events(&[("chunk", |chunk, call| {
            read_chunk(chunk, response_events::EVENTS, call);
        })])
        .expect_final_event();
};
