//! InvokeFlow.
//!
//! In: the inputs of a flow, its outputs and the traces of its nodes as events.
//! Out: the record of the workflow with a step for each run of a node.

mod document;
mod invoke_flow;
mod trace;

pub(super) use self::invoke_flow::OPERATIONS;
