//! AgenticRetrieveStream: a search that plans its own steps.
//!
//! In: the request, the answer and the trace of the search as events. Out: the
//! record of the search with its steps.

mod agentic_retrieve;
mod trace;

pub(super) use self::agentic_retrieve::OPERATIONS;
