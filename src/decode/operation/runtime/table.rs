//! The tables of the runtime operations.

use super::{async_invoke, bidirectional, converse, count_tokens, guardrail, invoke_model};
use crate::decode::operation::operation_trait::Table;

pub(in crate::decode::operation) static TABLES: &[Table] = &[
    &[
        &converse::Converse,
        &converse::ConverseStream,
        &invoke_model::InvokeModel,
        &invoke_model::InvokeModelWithResponseStream,
    ],
    count_tokens::OPERATIONS,
    bidirectional::OPERATIONS,
    guardrail::OPERATIONS,
    async_invoke::OPERATIONS,
];
